# Writes Tests/Fixtures/ruby/cases.jsonl: values, each marshalled by this Ruby, with what they are in typed JSON.
#
#     ruby ruby_cases.rb FILE
require_relative "ruby_typed"
require "active_support/all"

Point = Struct.new(:x, :y)
class User
  attr_accessor :name, :friend, :tags
  def initialize(name) = @name = name
end
class Cart < Array; end
class Title < String; end
class Options < Hash; end
Keyword = Struct.new(:id, keyword_init: true)

cases = []
add = ->(name, value) { cases << {name: name, hex: Marshal.dump(value).unpack1("H*"), typed: JSON.parse(Typed.json(value), max_nesting: false, allow_nan: true)} }

[0, 1, -1, 122, 123, -123, -124, 255, 256, -256, -257, 65_535, 65_536, -65_537, 2**24, 2**30 - 1, 2**30, -2**30, -2**30 - 1,
 2**31, 2**40, 2**62, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 2**64, 10**40, -10**40].each { |number| add.("integer #{number}", number) }
[0.0, -0.0, 1.0, 0.1, 1.0 / 3, 1e100, 1e-300, 123456789.125, 5e-324, Float::MAX, Float::NAN, Float::INFINITY, -Float::INFINITY,
 3.14, 1e15, 1e16, 1234567890.123].each { |number| add.("float #{number}", number) }
add.("nil, true, false", [nil, true, false])
add.("strings", ["", "a", "Grüße 緑茶 🫖", "\u0000\u001b[31m", "a\"b\\c", "x" * 300])
add.("US-ASCII", ["abc".encode("US-ASCII"), "abc".encode("US-ASCII")])
add.("binary", ["abc".b, "\xff\xfe\x00".b, "a\x00b".b, "Grüße".b, "tab\tand\n".b])
add.("invalid UTF-8", ["a\xffb"])
add.("encodings", ["Grüße".encode("ISO-8859-1"), "Grüße".encode("ISO-8859-1"), "日本".encode("UTF-16LE"), "日本🫖".encode("UTF-16BE"),
  "日".encode("UTF-32LE"), "日".encode("UTF-32BE"), "abc".encode("Shift_JIS")])
add.("symbols", [:a, :b, :a, :"two words", :"grün", :"+", :a?, :"grün"])
add.("symbol keys", {a: 1, "b" => 2, :"c d" => {a: :b}})
add.("mixed keys", {1 => 2, nil => 3, [1] => 4, 1.5 => 5})
add.("string keys", {"a" => {"id" => 1}, "b" => {"id" => 2}, "c" => {"id" => 3}})
add.("dollar keys", {"$set" => 1})
add.("default", Hash.new(0).merge!("a" => 1))
add.("by identity", {}.compare_by_identity.merge!("a" => 1))
shared = {"k" => [1, 2]}
add.("shared", [shared, shared, shared["k"]])
text = "the same text"
number = 2**80
add.("shared atoms", [text, text, number, number, 2.5, 2.5])
ring = [1]
ring << ring
add.("cycle", ring)
one, two = User.new("Ada"), User.new("Grace")
one.friend, two.friend = two, one
one.tags = two.tags = ["a"]
add.("objects in a cycle", one)
add.("object without variables", Object.new)
add.("struct", Point.new(1, Point.new(2, nil)))
add.("keyword struct", Keyword.new(id: 7))
add.("subclasses", [Cart[1, 2], Title.new("Dr"), Options["a", 1]])
add.("times", [Time.utc(2026, 1, 2, 3, 4, 5), Time.at(1_700_000_000, 123_456_789, :nsec).utc, Time.at(0).utc, Time.at(-1).utc,
  Time.new(2026, 7, 1, 12, 0, 0, "+02:00"), Time.new(2026, 7, 1, 12, 0, 0.25r, "-09:30"), Time.utc(1600, 2, 29), Time.utc(9999, 12, 31)])
moment = Time.utc(2026, 1, 1)
add.("one time twice", [moment, moment, "a", "a"])
add.("dates", [Date.new(2026, 1, 2), Date.new(1582, 10, 15), Date.new(1582, 10, 4), Date.new(1000, 2, 29), Date.new(1, 1, 1), Date.new(9999, 12, 31),
  Date.new(1500, 3, 1, Date::GREGORIAN)])
add.("datetimes", [DateTime.new(2026, 1, 2, 3, 4, 5), DateTime.new(2026, 1, 2, 3, 4, 5.5, "+02:00"), DateTime.new(2026, 1, 1, 0, 30, 0, "+05:30"),
  DateTime.new(2025, 12, 31, 23, 30, 0, "-08:00")])
%w[12.90 -0.001 0 1 1000000 123456789012345678901234567890.5 0.00000001].each { |digits| add.("decimal #{digits}", BigDecimal(digits)) }
add.("rational, complex", [1r / 3, -7r / 2, 2r**80, Complex(1, 2), Complex(1.5, -2), Complex(1r / 2, 3)])
add.("set", Set[1, "a", :b, [1]])
add.("empty set", Set.new)
add.("ranges", [1..5, 1...5, "a".."c", 1..])
add.("regexps", [/a\/b/mix, /ü/, /x/n, /a+/])
add.("ostruct", OpenStruct.new(name: "Ada", tags: [1]))
add.("classes", [String, Kernel, Process::Status])
add.("pathname", Pathname.new("/var/www"))
add.("uris", [URI("https://example.org/a?b=c#d"), URI("http://u:p@example.org:8080/"), URI("mailto:ada@example.org"), URI("/only/path"), URI("urn:isbn:1")])
add.("addresses", [IPAddr.new("192.168.1.0/24"), IPAddr.new("10.0.0.1"), IPAddr.new("::1"), IPAddr.new("2001:db8::/32"), IPAddr.new("0.0.0.0/0"),
  IPAddr.new("fe80::1:0:0:2")])
add.("indifferent", {"a" => {b: [1, {c: 2}]}}.with_indifferent_access)
add.("ordered hash", ActiveSupport::OrderedHash[[["a", 1]]])
add.("safe buffer", ["<b>x</b>".html_safe, "plain"])
zone = ActiveSupport::TimeZone["Europe/Berlin"]
add.("time with zone", [zone.at(1_700_000_000.25), zone.at(1_720_000_000), ActiveSupport::TimeZone["UTC"].at(0), ActiveSupport::TimeZone["America/St_Johns"].at(1_700_000_000)])
add.("zone", zone)
add.("durations", [3.days, 1.month + 2.weeks, 90.minutes, 1.5.hours, 2.weeks, 0.seconds, 1.year + 1.second, -3.days])
deep = 1
100.times { deep = [deep] }
add.("100 deep", deep)
add.("many keys", (1..60).map { |n| ["key#{n}", n] }.to_h)

# Values of all kinds at random, many of them in several places: the numbers of links must be counted as Ruby does.
random = Random.new(4711)
40.times do |round|
  pool = []
  make = lambda do |depth|
    return pool[random.rand(pool.size)] if pool.any? && random.rand(5) == 0
    made =
      case random.rand(depth > 4 ? 13 : 20)
      when 0 then random.rand(1000)
      when 1 then 2**70 + random.rand(100)
      when 2 then random.rand.round(3)
      when 3 then "s#{random.rand(50)}"
      when 4 then "b#{random.rand(50)}".b
      when 5 then "é#{random.rand(9)}".encode("ISO-8859-1")
      when 6 then :"sym#{random.rand(9)}"
      when 7 then Time.at(random.rand(2_000_000_000), random.rand(10**9), :nsec).utc
      when 8 then Date.new(2000 + random.rand(50), 1, 1)
      when 9 then BigDecimal("#{random.rand(1000)}.5")
      when 10 then /r#{random.rand(9)}/i
      when 11 then Rational(random.rand(9), 7)
      when 12 then [nil, true, String, Comparable][random.rand(4)]
      when 13 then {}.tap { |hash| random.rand(4).times { |n| hash["k#{n}"] = make.(depth + 1) } }
      when 14 then {}.tap { |hash| random.rand(4).times { |n| hash[:"k#{n}"] = make.(depth + 1) } }
      when 15 then Point.new(make.(depth + 1), make.(depth + 1))
      when 16 then User.new("u").tap { |user| user.friend = make.(depth + 1) }
      when 17 then Set.new([random.rand(9), "e#{random.rand(9)}"])
      when 18 then {"x" => make.(depth + 1)}.with_indifferent_access
      else Array.new(random.rand(5)) { make.(depth + 1) }
      end
    pool << made
    made
  end
  add.("random #{round}", Array.new(6) { make.(0) })
end

File.open(ARGV.fetch(0), "w") { |file| cases.each { |one| file.puts JSON.generate(one, max_nesting: false) } }
puts "#{cases.size} cases by Ruby #{RUBY_VERSION}, ActiveSupport #{ActiveSupport::VERSION::STRING}"
