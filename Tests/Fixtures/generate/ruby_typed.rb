# What a value is in sesscli's typed JSON, as Ruby sees it. Nothing here reads Marshal.
require "base64"
require "bigdecimal"
require "date"
require "ipaddr"
require "json"
require "ostruct"
require "pathname"
require "set"
require "uri"

class Typed
  def self.json(value)
    JSON.generate(new(value).value, max_nesting: false)
  end

  def initialize(root)
    @root = root
    @seen = {}.compare_by_identity
    count(root)
    @numbers = {}.compare_by_identity
  end

  def value(value = @root)
    if container?(value) && @seen[value] > 1
      return {"$ref" => @numbers[value]} if @numbers[value]
      number = @numbers[value] = @numbers.size + 1
      return {"$shared" => [number, bare(value)]}
    end
    bare(value)
  end

  private

  def container?(value)
    case value
    when Array, Hash, Struct, Set, OpenStruct then true
    when String, Numeric, Symbol, nil, true, false, Module, Time, Date, Regexp, Pathname, IPAddr then false
    else true
    end
  end

  def count(value)
    return unless container?(value)
    @seen[value] = (@seen[value] || 0) + 1
    return if @seen[value] > 1
    parts(value).each { |part| count(part) }
  end

  def parts(value)
    case value
    when Array, Set then value.to_a
    when Hash then value.to_a.flatten(1) + [value.default]
    when Struct then value.to_a
    when OpenStruct then value.to_h.values
    when URI::Generic, Range then value.is_a?(Range) ? [value.begin, value.end] : []
    else value.instance_variables.map { |name| value.instance_variable_get(name) }
    end
  end

  def bare(value)
    return {"$datetime" => zoned(value)} if zoned?(value)
    case value
    when nil, true, false, Integer then value
    when Float then float(value)
    when Symbol then {"$symbol" => value.to_s}
    when BigDecimal then {"$decimal" => value.to_s("F").sub(/\.0\z/, "")}
    when Rational then {"$fraction" => value.to_s}
    when Complex then {"$complex" => [bare(value.real), bare(value.imaginary)]}
    when String then string(value)
    when Module then {"$global" => value.name}
    when Regexp then {"$regex" => [value.source, value.inspect[/[a-z]*\z/]]}
    when Time then {"$datetime" => time(value)}
    when DateTime then {"$datetime" => value.iso8601(9).sub(/\.?0+(?=[-+])/, "")}
    when Date then {"$date" => value.iso8601}
    when Pathname then {"$path" => value.to_s}
    when IPAddr then {"$ip" => address(value)}
    when Set then {"$set" => value.map { |item| self.value(item) }}
    when Array then array(value)
    when Hash then hash(value)
    when Struct then object(value.class.name, value.each_pair.to_a)
    when OpenStruct then object("OpenStruct", value.each_pair.to_a)
    when URI::Generic then {"$object" => {"class" => value.class.name, "args" => [value.to_s]}}
    when Range then object("Range", [["excl", value.exclude_end?], ["begin", value.begin], ["end", value.end]])
    else
      return {"$timedelta" => value.iso8601} if defined?(ActiveSupport) && ActiveSupport::Duration === value
      return {"$timezone" => value.name} if defined?(ActiveSupport) && value.is_a?(ActiveSupport::TimeZone)
      names = value.instance_variables
      object(value.class.name, names.map { |name| [name.to_s.delete_prefix("@"), value.instance_variable_get(name)] })
    end
  end

  # ActiveSupport's time says that it is a Time.
  def zoned?(value)
    defined?(ActiveSupport::TimeWithZone) && value.respond_to?(:time_zone) && value.respond_to?(:utc)
  end

  def zoned(value)
    value.time_zone.name == "UTC" ? time(value.utc) : "#{time(value)}[#{value.time_zone.name}]"
  end

  def float(value)
    return {"$float" => "nan"} if value.nan?
    value.infinite? ? {"$float" => value > 0 ? "inf" : "-inf"} : value
  end

  def string(value)
    if value.class.name == "ActiveSupport::SafeBuffer"
      return {"$html" => value.to_str}
    end
    text = value.encoding == Encoding::BINARY ? value.dup.force_encoding("UTF-8") : value.encode("UTF-8")
    binary = value.encoding == Encoding::BINARY && text.match?(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/)
    raise EncodingError unless text.valid_encoding? && !binary
    text = String.new(text)
    value.class == String ? text : {"$object" => {"class" => value.class.name, "state" => text}}
  rescue EncodingError, ArgumentError
    {"$bytes" => Base64.strict_encode64(value)}
  end

  def time(value)
    fraction = value.nsec == 0 ? "" : format(".%09d", value.nsec).sub(/0+\z/, "")
    value.strftime("%Y-%m-%dT%H:%M:%S") + fraction + (value.utc? && value.is_a?(Time) ? "Z" : value.strftime("%:z"))
  end

  def address(value)
    length = value.prefix
    value.to_s + (length == (value.ipv4? ? 32 : 128) ? "" : "/#{length}")
  end

  def array(value)
    items = value.map { |item| self.value(item) }
    value.class == Array ? items : {"$object" => {"class" => value.class.name, "items" => items}}
  end

  def hash(value)
    entries = value.map { |key, item| [self.value(key), self.value(item)] }
    plain = entries.all? { |key, _| key.is_a?(String) && !key.start_with?("$") }
    map = plain ? entries.to_h : {"$map" => entries}
    fields = {}
    fields["compare_by_identity"] = true if value.compare_by_identity?
    fields["default"] = self.value(value.default) unless value.default.nil?
    known = %w[Hash ActiveSupport::HashWithIndifferentAccess ActiveSupport::OrderedHash]
    return map if fields.empty? && known.include?(value.class.name)
    made = {"class" => value.class.name}
    made["fields"] = fields unless fields.empty?
    made["entries"] = map unless entries.empty?
    {"$object" => made}
  end

  def object(name, fields)
    made = {"class" => name}
    made["fields"] = fields.map { |field, item| [field.to_s, value(item)] }.to_h unless fields.empty?
    {"$object" => made}
  end
end
