# Writes Tests/Fixtures/rails: sessions, cached values and cookies by Rack and Rails, and those of versions that are not at hand
# put together from what these wrote.
#
#     ruby rails_stores.rb SOCKET FOLDER
require_relative "ruby_typed"
require "active_support/all"
require "rails"
require "action_controller"
require "action_dispatch"
require "action_dispatch/middleware/session/cache_store"
require "redis"
require "redis-rack"
require "redis-actionpack"
require "active_support/cache/redis_cache_store"
require "rack/session/cookie"
require "msgpack"
require "openssl"
require "securerandom"
require "zlib"
require "erb"

SOCKET, FOLDER = ARGV
REDIS = Redis.new(path: SOCKET)
SID = "5f0c1d2e3b4a4c5d8e6f7a8b9c0d1e2f"
SECRET = "sesscli-test-secret_key_base-0123456789abcdef0123456789abcdef0123456789abcdef"
VERSIONS = "Rails #{Rails::VERSION::STRING}, Ruby #{RUBY_VERSION}"
PAYLOADS = []

def add(name, bytes, value, **line)
  json = "#{name.sub(/\.[a-z]+\z/, "")}.typed.json"
  File.binwrite(File.join(FOLDER, name), bytes)
  File.write(File.join(FOLDER, json), Typed.json(value)) unless value == :none
  line = {file: name, compressor: "none", made: "real", version: VERSIONS}.merge(line)
  line[:typed] = json unless value == :none
  PAYLOADS << line
end

def stored(name, value, **line)
  keys = REDIS.keys("*")
  raise keys.inspect unless keys.size == 1
  add(name, REDIS.get(keys[0]), value, key: keys[0], **line)
  REDIS.flushdb
end

# Runs a middleware around an application that fills the session; gives what was in it at the end and the cookie.
def visit(env = {}, &fill)
  kept = nil
  app = lambda do |request|
    fill.call(request["rack.session"], request)
    kept = request["rack.session"].to_hash.dup
    [200, {}, [""]]
  end
  stack = yield_stack(app)
  _, headers, = stack.call(Rack::MockRequest.env_for("/", env))
  [kept, headers["Set-Cookie"].to_s[/\A[^=]+=([^;]*)/, 1]]
end

def yield_stack(app) = $stack.call(app)

SHOP = lambda do |session, _|
  session["session_id"] = SID
  session["_csrf_token"] = "y1mJ0kqz5m1uKp0f4zZ0m3mG7rZb1Jt2lV5q8d0sX1c="
  session["user_id"] = 42
  session["cart"] = [{"sku" => "TEA-0042", "qty" => 2, "price" => BigDecimal("12.90")}, {"sku" => "POT-7", "qty" => 1, "price" => BigDecimal("39")}]
  session["flash"] = {"discard" => [], "flashes" => {"notice" => "Willkommen zurück, Ada!"}}
  session["seen"] = Time.utc(2023, 11, 14, 22, 13, 20.25r)
end
LOGIN = lambda do |session, _|
  session["_csrf_token"] = "y1mJ0kqz5m1uKp0f4zZ0m3mG7rZb1Jt2lV5q8d0sX1c="
  session["warden.user.user.key"] = [[42], "$2a$12$J3hq0v8m1sW8jQbX5uZ1Ye"]
  session["warden.user.user.session"] = {"last_request_at" => 1_699_990_000}
  session["locale"] = :de
  session["return_to"] = "/orders?page=2".b
end

# redis-rack
$stack = lambda do |app|
  Rack::Session::Redis.new(app, redis_server: {path: SOCKET, namespace: "rack:session"}, expire_after: 3600)
end
value, = visit { |session, _| session["user_id"] = 42; session["name"] = "Ada"; session["tags"] = %w[a b] }
stored("redis-rack.bin", value, store: "redis-rack", version: "redis-rack 2.1.2, Ruby #{RUBY_VERSION}", serializer: "Marshal", chain: "Ruby Marshal", framework: "Rack")

# redis-actionpack
Rails.singleton_class.send(:attr_accessor, :made_application)
GENERATOR = ActiveSupport::CachingKeyGenerator.new(ActiveSupport::KeyGenerator.new(SECRET, iterations: 1000))
def rails_env(serializer: :json, authenticated: true)
  env = {
    "action_dispatch.key_generator" => GENERATOR,
    "action_dispatch.secret_key_base" => SECRET,
    "action_dispatch.signed_cookie_salt" => "signed cookie",
    "action_dispatch.encrypted_cookie_salt" => "encrypted cookie",
    "action_dispatch.encrypted_signed_cookie_salt" => "signed encrypted cookie",
    "action_dispatch.authenticated_encrypted_cookie_salt" => "authenticated encrypted cookie",
    "action_dispatch.use_authenticated_cookie_encryption" => authenticated,
    "action_dispatch.encrypted_cookie_cipher" => nil,
    "action_dispatch.cookies_serializer" => serializer,
    "action_dispatch.use_cookies_with_metadata" => true,
    "action_dispatch.cookies_rotations" => ActiveSupport::Messages::RotationConfiguration.new,
    "action_dispatch.cookies_digest" => nil,
  }
  env
end
{"shop" => SHOP, "login" => LOGIN}.each do |name, fill|
  $stack = lambda do |app|
    ActionDispatch::Cookies.new(ActionDispatch::Session::RedisStore.new(app, servers: [{path: SOCKET, namespace: "rack:session"}], expire_after: 3600))
  end
  value, = visit(rails_env, &fill)
  stored("redis-actionpack-#{name}.bin", value, store: "redis-actionpack", version: "redis-actionpack 5.3.0, #{VERSIONS}", serializer: "Marshal", chain: "Ruby Marshal", framework: "Rails")
end

# Rails' cache store
cache = ActiveSupport::Cache::RedisCacheStore.new(redis: REDIS, namespace: "shop")
$stack = lambda do |app|
  ActionDispatch::Cookies.new(ActionDispatch::Session::CacheStore.new(app, cache: cache, expire_after: 3600))
end
value, = visit(rails_env, &LOGIN)
stored("cache-store-6.1.bin", value, store: "Rails :cache_store", serializer: "Marshal", chain: "Rails 6.1 cache entry > Ruby Marshal", framework: "Rails")
value, = visit(rails_env) { |session, request| SHOP.(session, request); session["notes"] = "Grüße " * 300 }
stored("cache-store-6.1-zlib.bin", value, store: "Rails :cache_store", serializer: "Marshal", compressor: "zlib", chain: "Rails 6.1 cache entry > zlib > Ruby Marshal", framework: "Rails")
[["text", "plain text"], ["version", {"a" => [1, :b, 2.5]}], ["shared", [value["cart"], value["cart"], :expires_in, "x"]]].each do |name, cached|
  cache.write("k", cached, expires_in: 60, version: "v7")
  stored("cache-6.1-#{name}.bin", cached, store: "Rails cache", serializer: "Marshal", chain: "Rails 6.1 cache entry > Ruby Marshal")
end

# What 4.0 and 4.1 named otherwise
session, = visit(rails_env, &LOGIN)
REDIS.flushdb
[["4.1", {"@v": session, "@x": 1_700_003_600}, "none", ""], ["4.1-zlib", {"@v": Zlib.deflate(Marshal.dump(session)), "@c": true, "@x": 1_700_003_600}, "zlib", "zlib > "],
 ["4.2", {"@value": session, "@created_at": 1_700_000_000.5, "@expires_in": 3600.0}, "none", ""]].each do |name, variables, compressor, inside|
  entry = ActiveSupport::Cache::Entry.allocate
  variables.each { |variable, part| entry.instance_variable_set(variable, part) }
  add("cache-#{name}.bin", Marshal.dump(entry), session, store: "Rails :cache_store", version: "Rails #{name[0, 3]}", serializer: "Marshal", compressor: compressor, made: "specification",
    chain: "Rails #{name == "4.2" ? "6.1" : "4"} cache entry > #{inside}Ruby Marshal", framework: "Rails")
end

# What 7.0 and 7.1 put around Marshal and MessagePack.
session, = visit(rails_env, &LOGIN)
REDIS.flushdb
marshal = Marshal.dump(session)
[["7.0", "\x00".b + Marshal.dump([session, 1_700_003_600.5, "v1"]), "none"],
 ["7.0-short", "\x00".b + Marshal.dump([session]), "none"],
 ["7.0-zlib", "\x01".b + Zlib.deflate(Marshal.dump([session, 1_700_003_600.5])), "zlib"],
 ["7.1", "\x00\x11".b + [1, 1_700_003_600.0, 2].pack("CEl<") + "v1" + marshal, "none"],
 ["7.1-plain", "\x00\x11".b + [1, -1.0, -1].pack("CEl<") + marshal, "none"],
 ["7.1-zlib", "\x00\x11".b + [0x81, 1_700_003_600.0, -1].pack("CEl<") + Zlib.deflate(marshal), "zlib"],
].each do |name, bytes, compressor|
  add("cache-#{name}.bin", bytes, session, store: "Rails :cache_store", version: "Rails #{name[0, 3]}", serializer: "Marshal", compressor: compressor, made: "specification",
    key: "_session_id:2::#{OpenSSL::Digest::SHA256.hexdigest(SID)}", chain: "Rails #{name[0, 3]} cache entry > Ruby Marshal", framework: "Rails")
end
{2 => ["utf8", "Grüße", "text"], 4 => ["ascii", "plain", "text"]}.each do |type, (name, text, chain)|
  add("cache-7.1-#{name}.bin", "\x00\x11".b + [type, -1.0, -1].pack("CEl<") + text.b, text, store: "Rails cache", version: "Rails 7.1", serializer: "none", made: "specification",
    chain: "Rails 7.1 cache entry > #{chain}")
end

# ActiveSupport::MessagePack, as extensions.rb registers its types.
class Packed
  attr_reader :name, :content
  def initialize(name, content) = (@name, @content = name, content)
end
FACTORY = MessagePack::Factory.new
recursive = ->(type, kind, &parts) { FACTORY.register_type(type, kind, packer: ->(value) { parts.(value).map { |part| FACTORY.dump(part) }.join.b }) }
FACTORY.register_type(0, Symbol, packer: ->(value) { value.to_s })
FACTORY.register_type(2, BigDecimal, packer: ->(value) { value._dump })
recursive.(3, Rational) { |value| value.zero? ? [0] : [value.numerator, value.denominator] }
recursive.(4, Complex) { |value| [value.real, value.imaginary] }
recursive.(6, Date) { |value| [value.jd] }
recursive.(5, DateTime) { |value| fraction, offset = value.sec_fraction, value.offset
  [value.jd, value.hour, value.min, value.sec] + (fraction.zero? ? [0] : [fraction.numerator, fraction.denominator]) + (offset.zero? ? [0] : [offset.numerator, offset.denominator]) }
recursive.(7, Time) { |value| [value.tv_sec, value.tv_nsec, value.utc_offset] }
recursive.(8, ActiveSupport::TimeWithZone) { |value| [value.utc.tv_sec, value.utc.tv_nsec, 0, value.time_zone.name] }
FACTORY.register_type(9, ActiveSupport::TimeZone, packer: ->(value) { value.name })
recursive.(10, ActiveSupport::Duration) { |value| [value.value, value.parts.values_at(:years, :months, :weeks, :days, :hours, :minutes, :seconds)] }
recursive.(11, Range) { |value| [value.begin, value.end, value.exclude_end?] }
recursive.(12, Set) { |value| [value.to_a] }
FACTORY.register_type(13, URI::Generic, packer: ->(value) { value.to_s })
recursive.(14, IPAddr) { |value| [value.prefix < (value.ipv4? ? 32 : 128) ? "#{value}/#{value.prefix}" : value.to_s] }
FACTORY.register_type(15, Pathname, packer: ->(value) { value.to_s })
FACTORY.register_type(16, Regexp, packer: ->(value) { value.to_s })
recursive.(17, ActiveSupport::HashWithIndifferentAccess) { |value| [value.to_h] }
recursive.(127, Packed) { |value| [1, value.name, value.content] }
def packed(value) = "\xcc\x80".b + FACTORY.dump(value)

everything = {
  "symbol" => :a, "decimal" => BigDecimal("12.90"), "rational" => [1r / 3, 0r], "complex" => Complex(1, 2), "date" => Date.new(2026, 1, 2),
  "datetime" => [DateTime.new(2026, 1, 2, 3, 4, 5), DateTime.new(2026, 1, 2, 3, 4, 5.5, "+02:00")],
  "time" => [Time.at(1_700_000_000, 250_000_000, :nsec, in: "+02:00")],
  "zone" => ActiveSupport::TimeZone["Europe/Berlin"], "duration" => [3.days, 1.month + 2.weeks],
  "range" => [1..5, 1...5], "set" => Set[1, "a"], "uri" => URI("https://example.org/a?b=c"), "ip" => [IPAddr.new("10.0.0.0/8"), IPAddr.new("::1")],
  "path" => Pathname.new("/var/www"), "indifferent" => {"a" => {"b" => 1}}.with_indifferent_access,
}
message_pack = {store: "Rails cache", version: "Rails 7.1, msgpack #{MessagePack::VERSION}", serializer: "MessagePack", made: "specification"}
add("msgpack.bin", packed(everything), everything, chain: "Rails MessagePack", **message_pack)
utc = Time.at(1_700_000_000).utc
zoned = {"utc" => [1], "zoned" => ActiveSupport::TimeZone["UTC"].at(1_700_000_000.5)}
add("msgpack-zone.bin", packed(zoned), zoned, chain: "Rails MessagePack", **message_pack)
# MessagePack tells text from bytes.
session = session.merge("return_to" => "/orders?page=2")
add("cache-7.1-msgpack.bin", "\x00\x11".b + [1, 1_700_003_600.0, -1].pack("CEl<") + packed(session), session, chain: "Rails 7.1 cache entry > Rails MessagePack", framework: "Rails", **message_pack)

# Cookies
def cookie(serializer: :json, authenticated: true, &block)
  request = ActionDispatch::Request.new(Rack::MockRequest.env_for("/", rails_env(serializer: serializer, authenticated: authenticated)))
  jar = ActionDispatch::Cookies::CookieJar.build(request, {})
  block.call(jar)
  jar["_app_session"]
end
plain = {"session_id" => SID, "_csrf_token" => session["_csrf_token"], "user_id" => 42, "flash" => {"discard" => [], "flashes" => {"notice" => "Grüße"}}}
{json: "JSON", marshal: "Ruby Marshal"}.each do |serializer, name|
  signed = cookie(serializer: serializer) { |jar| jar.signed["_app_session"] = {value: plain} }
  gcm = cookie(serializer: serializer) { |jar| jar.encrypted["_app_session"] = {value: plain} }
  cbc = cookie(serializer: serializer, authenticated: false) { |jar| jar.encrypted["_app_session"] = {value: plain} }
  common = {store: "Rails cookie", serializer: name.sub("Ruby ", ""), secrets: ["wrong", SECRET], framework: "Rails"}
  add("signed-#{serializer}.cookie", signed, plain, chain: "Rails signed cookie > #{name}", **common)
  add("gcm-#{serializer}.cookie", gcm, plain, chain: "Rails encrypted cookie > #{name}", **common)
  add("cbc-#{serializer}.cookie", cbc, plain, chain: "Rails encrypted cookie > #{name}", **common)
end
sealed = {store: "Rails cookie", serializer: "JSON", chain: "Rails encrypted cookie > sealed"}
add("sealed.cookie", cookie { |jar| jar.encrypted["_app_session"] = {value: plain} }, :none, **sealed)
sha256 = ActiveSupport::KeyGenerator.new(SECRET, iterations: 1000)
key = OpenSSL::PKCS5.pbkdf2_hmac(SECRET, "authenticated encrypted cookie", 1000, 32, OpenSSL::Digest::SHA256.new)
gcm = ActiveSupport::MessageEncryptor.new(key, cipher: "aes-256-gcm", serializer: ActiveSupport::MessageEncryptor::NullSerializer)
add("gcm-7.0.cookie", gcm.encrypt_and_sign(JSON.generate(plain), purpose: "cookie._app_session"), plain, store: "Rails cookie", version: "Rails 7.0 (key by SHA-256)", serializer: "JSON",
  made: "specification", secrets: [SECRET], chain: "Rails encrypted cookie > JSON", framework: "Rails")
verifier = ActiveSupport::MessageVerifier.new(OpenSSL::PKCS5.pbkdf2_hmac(SECRET, "signed cookie", 1000, 64, OpenSSL::Digest::SHA256.new), digest: "SHA256", serializer: ActiveSupport::MessageEncryptor::NullSerializer)
add("signed-7.1-data.cookie", verifier.generate(JSON.generate({"_rails" => {"data" => plain, "exp" => "2033-05-18T03:33:20.000Z", "pur" => "cookie._app_session"}})), plain, store: "Rails cookie",
  version: "Rails 7.1 (key by SHA-256)", serializer: "JSON", made: "specification", secrets: [SECRET], chain: "Rails signed cookie > JSON", framework: "Rails")

# Rack's session cookie
{marshal: [Rack::Session::Cookie::Base64::Marshal.new, "Ruby Marshal"], json: [Rack::Session::Cookie::Base64::JSON.new, "JSON"],
 zip: [Rack::Session::Cookie::Base64::ZipJSON.new, "zlib > JSON"]}.each do |name, (coder, chain)|
  $stack = ->(app) { Rack::Session::Cookie.new(app, secret: SECRET, coder: coder) }
  value, sent = visit { |session, _| session["user_id"] = 42; session["name"] = "Ada" }
  value = JSON.parse(JSON.generate(value)) unless name == :marshal
  add("rack-#{name}.cookie", Rack::Utils.unescape(sent), value, store: "Rack::Session::Cookie", version: "Rack #{Rack.release}, Ruby #{RUBY_VERSION}",
    serializer: name == :marshal ? "Marshal" : "JSON", compressor: name == :zip ? "zlib" : "none", secrets: [SECRET], chain: "Rack cookie > #{chain}", framework: "Rack")
end

# rack-session 2, as its encryptor.rb does it
random = Random.new(11)
rack = {"user_id" => 42, "name" => "Ada"}
message = ->(text) { [6].pack("v") + random.bytes(6) + text }
one = ("\x01".b + random.bytes(32) + random.bytes(16))
cipher = OpenSSL::Cipher.new("aes-256-ctr").encrypt
cipher.key = OpenSSL::HMAC.digest("SHA256", SECRET[0, 32], one[1, 32])
cipher.iv = one[33, 16]
one << cipher.update(message.(Marshal.dump(rack))) << cipher.final
one << OpenSSL::HMAC.digest("SHA256", SECRET[32..], one)
two = "\x02".b + random.bytes(32)
cipher = OpenSSL::Cipher.new("aes-256-gcm").encrypt
cipher.key = OpenSSL::HMAC.digest("SHA256", SECRET[0, 32], two[1, 32])
cipher.iv = iv = random.bytes(12)
cipher.auth_data = two
body = cipher.update(message.(JSON.generate(rack))) << cipher.final
{"rack-v1" => [Base64.urlsafe_encode64(one), "Marshal", "Ruby Marshal"], "rack-v2" => [Base64.strict_encode64(two + iv + cipher.auth_tag + body), "JSON", "JSON"]}.each do |name, (bytes, serializer, chain)|
  add("#{name}.cookie", bytes, rack, store: "rack-session", version: "rack-session 2, encryptor #{name[-2..]}", serializer: serializer, made: "specification", secrets: [SECRET],
    chain: "Rack encrypted cookie > #{chain}", framework: "Rack")
end

# redis-session-store (:json) and GitLab, by the shape of their keys
add("redis-session-store.json", JSON.generate(plain), plain, store: "redis-session-store", version: "redis-session-store 0.11", serializer: "JSON", made: "specification",
  key: "shop:session:2::#{OpenSSL::Digest::SHA256.hexdigest(SID)}", chain: "JSON", framework: "Rails")
add("gitlab.bin", marshal, session, store: "GitLab", version: "GitLab", serializer: "Marshal", made: "specification",
  key: "session:gitlab:2::#{OpenSSL::Digest::SHA256.hexdigest(SID)}", chain: "Ruby Marshal", framework: "GitLab")
File.write(File.join(FOLDER, "private-id.txt"), "#{SID} #{Rack::Session::SessionId.new(SID).private_id}\n")

# Gadgets: what an attacker would send. Written with classes that only have names of the same length, and never loaded.
RENAMED = {}
def named(name, variables = {}, state: nil)
  stand_in = RENAMED.key(name) || "P" + RENAMED.size.to_s.rjust(name.size - 1, "x")
  unless RENAMED[stand_in]
    made = Class.new
    made.define_method(:marshal_dump) { @state } if state
    Object.const_set(stand_in, made)
    RENAMED[stand_in] = name
  end
  object = Object.const_get(stand_in).allocate
  object.instance_variable_set(:@state, state) if state
  variables.each { |variable, value| object.instance_variable_set(variable, value) }
  object
end
def gadget(name, value)
  File.binwrite(File.join(FOLDER, "gadget-#{name}.bin"), RENAMED.reduce(Marshal.dump(value)) { |bytes, (short, long)| bytes.gsub(short.b, long.b) })
end
erb = named("ERB", {"@src": "system('id')", "@filename": "1", "@lineno": 1})
gadget("erb", named("ActiveSupport::Deprecation::DeprecatedInstanceVariableProxy", {"@instance": erb, "@method": :result, "@var": "@result", "@deprecator": nil}))
set = named("Gem::RequestSet", {"@sets": named("Net::WriteAdapter", {"@socket": Kernel, "@method_id": :system}), "@git_set": "id"})
output = named("Net::WriteAdapter", {"@socket": set, "@method_id": :resolve})
entry = named("Gem::Package::TarReader::Entry", {"@read": 0, "@header": "abc"})
reader = named("Gem::Package::TarReader", {"@io": named("Net::BufferedIO", {"@io": entry, "@debug_output": output})})
gadget("rubygems", [named("Gem::Requirement", {}, state: [reader])])
gadget("stub", {"user_id" => 1, "x" => named("Gem::StubSpecification", {"@loaded_from": "|id 1>&2"})})
gadget("codegen", {"x" => named("ActiveModel::AttributeMethods::ClassMethods::CodeGenerator", {"@owner": Kernel, "@path": "x", "@line": 1, "@sources": ["system('id')"]})})
gadget("method", {"job" => named("Worker", {"@target": "Kernel", "@method": :system, "@arguments": ["id"]})})

PAYLOADS.each { |line| line[:version] = line[:version].to_s }
File.write(File.join(FOLDER, "manifest.json"), JSON.pretty_generate({payloads: PAYLOADS.sort_by { |line| line[:file] }}) + "\n")
puts "#{PAYLOADS.size} payloads"
