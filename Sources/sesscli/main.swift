import Glibc
import RedisClient

// A reader that goes away (`sesscli keys | head`) is an error of write(2), not a signal.
signal(SIGPIPE, SIG_IGN)
reserveStandardDescriptors()

let standardOutput = Output(1)
let standardError = Output(2)

func environment(_ name: String) -> [UInt8]? {
  getenv(name).map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
}

/// The command line as bytes: `CommandLine.arguments` repairs what is not UTF-8, and keys need not
/// be.
let words: [[UInt8]] = (1..<max(1, Int(CommandLine.argc))).compactMap { i in
  CommandLine.unsafeArgv[i].map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
}

let invocation = Options.parse(words, environment: environment)
CommandLineSecrets.hide()
switch invocation {
case .say(let text):
  standardOutput.write(text)
  standardOutput.flush()
  // A reader that goes away has what it wanted.
  guard let problem = standardOutput.problem, standardOutput.failure != EPIPE else {
    exit(ExitCode.success.rawValue)
  }
  standardError.write("sesscli: \(problem)\n")
  standardError.flush()
  exit(ExitCode.commandFailed.rawValue)
case .usage(let message):
  standardError.write("sesscli: \(message)\nTry: sesscli --help\n")
  standardError.flush()
  exit(ExitCode.usage.rawValue)
case .run(let options):
  var run = Run(options, output: standardOutput, errors: standardError)
  exit(run.run().rawValue)
}
