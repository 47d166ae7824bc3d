// The chains: https://www.elttam.com/blog/ruby-deserialization/ (Ruby 2), https://devcraft.io/2021/01/07/ (Ruby 2 and 3),
// https://nastystereo.com/security/ruby-3.4-deserialization.html, and Metasploit's rails_secret_deserialization (ERB behind a
// deprecation proxy).

/// Classes whose instances run code when they are loaded or touched, as parts of known chains. Loading creates objects
/// only, and calls nothing by itself but `marshal_load`, `_load`, `hash` and `eql?`: an unknown class is data.
enum RubyGadgets {
  /// Why an instance of the class is no data; nil for any other class.
  static func remark(on name: String) -> String? {
    if let remark = names[name] { return remark }
    for (prefix, remark) in prefixes where name.hasPrefix(prefix) && !harmless.contains(name) {
      return remark
    }
    return nil
  }

  private static let rubyGems = "gadget: RubyGems"
  private static let proxy = "gadget: deprecation proxy"
  private static let template = "gadget: template"

  private static let names: [String: String] = [
    "ERB": template, "Erubi::Engine": template, "Erubis::Eruby": template,
    "Erubis::FastEruby": template, "Haml::Engine": template, "Tilt::ERBTemplate": template,
    "ActionView::Template": template, "ActionView::OutputBuffer": template,
    "ActiveSupport::Deprecation::DeprecatedInstanceVariableProxy": proxy,
    "ActiveSupport::Deprecation::DeprecatedObjectProxy": proxy,
    "ActiveSupport::Deprecation::DeprecatedConstantProxy": proxy,
    "ActiveSupport::Deprecation::DeprecationProxy": proxy,
    "ActiveModel::AttributeMethods::ClassMethods::CodeGenerator": "gadget: code generator",
    "ActiveSupport::CodeGenerator": "gadget: code generator",
    "ActiveSupport::CodeGenerator::MethodSet": "gadget: code generator",
    "ActiveSupport::ProxyObject": proxy,
    "ActiveSupport::Callbacks::CallTemplate": "gadget: callback",
    "ActiveRecord::Associations::Association": "gadget: ActiveRecord",
    "ActiveRecord::Associations::JoinDependency": "gadget: ActiveRecord",
    "ActiveRecord::ConnectionAdapters::SchemaCache": "gadget: ActiveRecord",
    "ActiveRecord::StatementCache": "gadget: ActiveRecord",
    "ActiveStorage::Preview": "gadget: ActiveStorage",
    "ActiveStorage::Variant": "gadget: ActiveStorage",
    "Net::WriteAdapter": "gadget: Net::WriteAdapter",
    "Net::ReadAdapter": "gadget: Net::WriteAdapter",
    "Net::BufferedIO": "gadget: Net::BufferedIO",
    "Net::InternetMessageIO": "gadget: Net::BufferedIO",
    "Net::HTTP": "gadget: Net::BufferedIO", "Net::FTP": "gadget: Net::BufferedIO",
    "Rack::Response": "gadget: Rack", "Rack::BodyProxy": "gadget: Rack",
    "Rack::Builder": "gadget: Rack",
    "Rack::Session::Abstract::SessionHash": "gadget: Rack",
    "Technoweenie::AttachmentFu": "gadget: attachment", "Rake::Task": "gadget: Rake",
    "DRb::DRbObject": "gadget: remote object", "DRbObject": "gadget: remote object",
    "Logger": "gadget: log file", "Logger::LogDevice": "gadget: log file",
    "Method": "gadget: method", "UnboundMethod": "gadget: method", "Proc": "gadget: method",
    "UncaughtThrowError": "gadget: RubyGems", "Digest::Instance": "gadget: digest",
  ]
  private static let prefixes: [(String, String)] = [
    ("Gem::", rubyGems), ("Bundler::", rubyGems), ("Sprockets::", "gadget: Sprockets"),
    ("Rack::Auth::", "gadget: Rack"), ("Rack::Mock", "gadget: Rack"),
    ("ActionView::Helpers::", template), ("ActiveStorage::Transformers::", "gadget: ActiveStorage"),
  ]
  private static let harmless: Set<String> = [
    "Gem::Version", "Gem::Requirement", "Gem::Dependency", "Gem::Platform",
  ]

  /// Methods that turn a word into action.
  static let methods: Set<String> = [
    "system", "exec", "spawn", "`", "eval", "instance_eval", "class_eval", "module_eval",
    "instance_exec", "class_exec", "module_exec", "send", "__send__", "public_send", "popen",
    "fork",
    "const_get", "constantize", "load", "require", "syscall", "binding",
  ]
  /// Instance variables that name a method to be called.
  static let methodVariables: Set<String> = [
    "@method", "@method_id", "@method_name", "@meth", "@message", "@callback", "@func", "@function",
    "@operation", "@selector", "@handler", "@action",
  ]
}

extension RubyParser {
  /// The parts of known chains among the objects that were begun, by their classes alone.
  var gadgets: [Finding] {
    var seen: Set<String> = []
    var findings: [Finding] = []
    for node in nodes {
      switch node.kind {
      case .object, .structure, .userDefined, .userMarshal, .data, .subclass: break
      default: continue
      }
      let symbol = Int(node.a)
      guard symbols.indices.contains(symbol) else { continue }
      let name = String(decoding: reader.bytes[symbols[symbol].range], as: UTF8.self)
      guard let remark = RubyGadgets.remark(on: name), seen.insert(name).inserted else { continue }
      findings.append(Finding(.create, name: name, offset: Int(node.offset), remark: remark))
    }
    return findings
  }
}

extension RubyMachine {
  /// The most findings that are listed one by one.
  private static let findings = 100

  /// Whether an instance is a part of a chain that runs code.
  mutating func isDangerous(_ index: Int) -> Bool {
    switch nodes[index].kind {
    case .object, .structure, .userDefined, .userMarshal, .data: break
    default: return false
    }
    let known = known(index)
    if known == .version || known == .requirement, nodes[index].kind != .userMarshal {
      // Both have a `marshal_dump`: written in another way they are no data, and need not have a part.
      return true
    }
    switch known {
    case .gadget: return true
    case .version:
      // What it is made of is compared by its text.
      guard let parts = elements(index + 1), parts.count == 1 else { return true }
      return text(parts[0]) == nil
    case .requirement: return !isPlainRequirement(index + 1)
    default: return namedMethod(index) != nil
    }
  }

  /// `[[[">=", version]]]`: anything else is asked for `each` when it is loaded.
  private mutating func isPlainRequirement(_ index: Int) -> Bool {
    guard let outer = elements(index), outer.count == 1, let list = elements(outer[0]) else {
      return false
    }
    for item in list {
      guard let pair = elements(item), pair.count == 2, text(pair[0]) != nil,
        nodes[pair[1]].kind == .userMarshal, known(pair[1]) == .version
      else { return false }
    }
    return true
  }

  /// The method that an instance variable of an unknown class names, if that is one which runs code.
  private func namedMethod(_ index: Int) -> String? {
    guard nodes[index].kind == .object else { return nil }
    for place in pairs(of: index) {
      let value = resolved(partner(of: place))
      guard nodes[value].kind == .symbol || nodes[value].kind == .string,
        let name = shortText(place), RubyGadgets.methodVariables.contains(name),
        let method = shortText(value), RubyGadgets.methods.contains(method)
      else { continue }
      return method
    }
    return nil
  }

  mutating func hasFindings() -> Bool {
    for index in nodes.indices where isDangerous(index) { return true }
    return wrapperGadget() != nil
  }

  /// A subclass of String or the like that is a gadget: ActionView's buffers.
  private mutating func wrapperGadget() -> Int? {
    nodes.indices.first { nodes[$0].kind == .subclass && known($0) == .gadget }
  }

  mutating func findings() -> [Finding] {
    var findings: [Finding] = []
    var more = 0
    for index in nodes.indices {
      let isSubclass = nodes[index].kind == .subclass && known(index) == .gadget
      guard isSubclass || isDangerous(index) else { continue }
      if findings.count == Self.findings {
        more += 1
      } else {
        findings.append(finding(index))
      }
    }
    if more > 0 { note("\(more) more objects of dangerous classes") }
    return findings
  }

  private mutating func finding(_ index: Int) -> Finding {
    let name = shortName(index)
    let remark = RubyGadgets.remark(on: name)
    // "gadget: Net::WriteAdapter" names it already.
    let reason = remark.map { $0.hasSuffix(name) ? $0 : "\(name), \($0)" }
    let offset = Int(nodes[index].offset)
    switch name {
    case "ERB", "Erubi::Engine":
      if let source = variable(index, "@src").flatMap({ program($0) }) {
        return Finding(.evaluate, name: source, offset: offset, remark: reason)
      }
    case "ActiveModel::AttributeMethods::ClassMethods::CodeGenerator",
      "ActiveSupport::CodeGenerator":
      if let sources = variable(index, "@sources").flatMap({ elements($0) }), !sources.isEmpty {
        let source = sources.compactMap { program($0) }.joined(separator: "; ")
        return Finding(.evaluate, name: source, offset: offset, remark: remark)
      }
    case "Gem::StubSpecification":
      // Opening a "file" whose name begins with a bar runs a command.
      if let file = variable(index, "@loaded_from").flatMap({ program($0) }) {
        return Finding(
          name: "open", arguments: [.string(file)], offset: offset,
          remark: reason)
      }
    default: break
    }
    let receiver =
      variable(index, "@instance") ?? variable(index, "@socket") ?? variable(index, "@io")
    let method = (variable(index, "@method_id") ?? variable(index, "@method"))
      .flatMap { shortText($0) }
    if let receiver, let method {
      return Finding(
        name: "\(described(receiver)).\(method)", arguments: commands(), offset: offset,
        remark: reason)
    }
    if remark == nil, let method = namedMethod(index) {
      return Finding(name: "\(name) -> \(method)", arguments: [], offset: offset)
    }
    return Finding(.create, name: name, offset: offset, remark: remark ?? "gadget: RubyGems")
  }

  /// The value of an object's instance variable.
  private func variable(_ index: Int, _ name: String) -> Int? {
    guard nodes[index].kind == .object else { return nil }
    for place in pairs(of: index) where shortText(place) == name {
      return resolved(partner(of: place))
    }
    return nil
  }

  /// The beginning of a text.
  private mutating func program(_ index: Int) -> String? {
    let node = nodes[resolved(index)]
    guard node.kind == .string else { return nil }
    let shown = node.range.prefix(2000)
    return String(decoding: bytes[shown], as: UTF8.self)
      + (shown.count < node.range.count ? "..." : "")
  }

  /// An object by its class, a class by its name.
  private func described(_ index: Int) -> String {
    switch nodes[index].kind {
    case .class, .module: String(decoding: bytes[nodes[index].range.prefix(200)], as: UTF8.self)
    case .object, .userMarshal, .userDefined, .structure, .data: shortName(index)
    default: "object"
    }
  }

  /// What the chain through RubyGems' `Gem::RequestSet` hands to the method: its `@git_set`.
  private mutating func commands() -> [Value] {
    for index in nodes.indices where nodes[index].kind == .object {
      if shortName(index) == "Gem::RequestSet", let command = variable(index, "@git_set"),
        let text = program(command)
      {
        return [.string(text)]
      }
    }
    return []
  }

  /// The beginning of a class's name.
  private func shortName(_ index: Int) -> String {
    let range = symbols[Int(nodes[index].a)].range
    return String(decoding: bytes[range.prefix(200)], as: UTF8.self)
  }

  // MARK: - Notes

  /// Classes of Ruby and Rails themselves.
  private static let ordinary: Set<String> = [
    "Hash", "Range", "Object", "String", "Array", "URI::RFC3986_Parser", "URI::RFC2396_Parser",
    "Rack::Session::SessionId", "ActionController::Parameters", "ActionDispatch::Flash::FlashHash",
  ]

  /// The notes on the payload, among them which classes it names that are neither known nor dangerous.
  mutating func allNotes() -> [String] {
    var seen: Set<Int32> = []
    var names: [String] = []
    for index in nodes.indices {
      switch nodes[index].kind {
      case .object, .structure, .userDefined, .userMarshal, .data, .subclass:
        // A name may be long, and named often.
        guard seen.insert(nodes[index].a).inserted, known(index) == .other else { continue }
        let name = shortName(index)
        if !Self.ordinary.contains(name), !names.contains(name) { names.append(name) }
      default: continue
      }
      if names.count > 10 { break }
    }
    if names.isEmpty { return notes }
    let shown = names.prefix(10).map { legible($0) }.joined(separator: ", ")
    return notes + ["objects of \(shown)\(names.count > 10 ? " and more" : "")"]
  }
}
