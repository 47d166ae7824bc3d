/// The classes whose instances are shown as what they mean.
enum RubyKnown: UInt8 {
  case other
  /// A Hash of another class that is a map all the same.
  case hash
  case safeBuffer
  case time, date, dateTime, timeWithZone, timeZone, zoneData, duration
  case bigDecimal, rational, complex
  case set, openStruct, pathname, uri, ipAddress
  /// A harmless class of a family that is dangerous.
  case version, requirement
  /// A part of a known chain of objects that runs code.
  case gadget

  init(name: String) {
    if let known = Self.names[name] {
      self = known
    } else {
      self = RubyGadgets.remark(on: name) == nil ? .other : .gadget
    }
  }

  /// URI's classes by their schemes.
  static let uriClasses = [
    "http": "URI::HTTP", "https": "URI::HTTPS", "ftp": "URI::FTP", "ldap": "URI::LDAP",
    "ldaps": "URI::LDAPS", "mailto": "URI::MailTo", "file": "URI::File", "ws": "URI::WS",
    "wss": "URI::WSS",
  ]

  static let names: [String: RubyKnown] = [
    "ActiveSupport::HashWithIndifferentAccess": .hash, "HashWithIndifferentAccess": .hash,
    "ActiveSupport::OrderedHash": .hash, "Rack::Utils::HeaderHash": .hash,
    "ActiveSupport::SafeBuffer": .safeBuffer,
    "Time": .time, "Date": .date, "DateTime": .dateTime,
    "ActiveSupport::TimeWithZone": .timeWithZone, "ActiveSupport::TimeZone": .timeZone,
    "TZInfo::DataTimezone": .zoneData, "TZInfo::LinkedTimezone": .zoneData,
    "TZInfo::Timezone": .zoneData, "ActiveSupport::Duration": .duration,
    "BigDecimal": .bigDecimal, "Rational": .rational, "Complex": .complex,
    "Set": .set, "OpenStruct": .openStruct, "Pathname": .pathname,
    "URI::Generic": .uri, "URI::HTTP": .uri, "URI::HTTPS": .uri, "URI::FTP": .uri,
    "URI::LDAP": .uri, "URI::LDAPS": .uri, "URI::MailTo": .uri, "URI::File": .uri,
    "URI::WS": .uri, "URI::WSS": .uri, "IPAddr": .ipAddress,
    "Gem::Version": .version, "Gem::Requirement": .requirement,
  ]
}
