# Times Marshal.load and JSON.generate on the payloads of make_ruby_sessions.rb, as ../decode-bench does.
#
#     ruby time_ruby.rb FILE [ROUNDS]
require "json"

def payloads(path)
  data = File.binread(path)
  result = []
  at = 0
  while at < data.bytesize
    size = data.byteslice(at, 4).unpack1("V")
    result << data.byteslice(at + 4, size)
    at += 4 + size
  end
  result
end

everything = payloads(ARGV.fetch(0))
rounds = (ARGV[1] || 10).to_i
best = nil
size = 0
rounds.times do
  size = 0
  start = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond)
  everything.each { |payload| size += JSON.generate(Marshal.load(payload)).bytesize }
  spent = Process.clock_gettime(Process::CLOCK_MONOTONIC, :nanosecond) - start
  best = spent if best.nil? || spent < best
end
puts "#{best / everything.size} ns per payload, #{everything.size} payloads, #{size} bytes of JSON"
