# Writes marshalled sessions as Rails keeps them through redis-store, each behind its length in 4 bytes.
#
#     ruby make_ruby_sessions.rb FILE [COUNT]
WORDS = "blue green large small shirt mug lamp book pen bag Größe café".split

def session(number, pick)
  user = pick.rand(10**6)
  {
    "session_id" => pick.bytes(16).unpack1("H*"),
    "_csrf_token" => [pick.bytes(32)].pack("m0"),
    "warden.user.user.key" => [[user], "$2a$12$" + pick.bytes(11).unpack1("H*")],
    "flash" => {"discard" => [], "flashes" => number % 3 == 0 ? {"notice" => "Welcome back, user #{user}"} : {}},
    "role" => %i[admin editor customer][pick.rand(3)],
    "cart" => Array.new(1 + number % 3) {
      {"sku" => format("%s-%04d", WORDS[pick.rand(WORDS.size)], pick.rand(10**4)), "count" => 1 + pick.rand(8), "price" => (100 + pick.rand(99_899)) / 100.0}
    },
    "seen" => Time.at(1_767_225_600 + pick.rand(10**7), pick.rand(10**6), :usec).utc,
  }
end

pick = Random.new(4711)
count = (ARGV[1] || 20_000).to_i
total = 0
File.open(ARGV.fetch(0), "wb") do |output|
  count.times do |number|
    payload = Marshal.dump(session(number, pick))
    total += payload.bytesize
    output.write([payload.bytesize].pack("V"), payload)
  end
end
puts "#{count} payloads of #{total / count} bytes on average"
