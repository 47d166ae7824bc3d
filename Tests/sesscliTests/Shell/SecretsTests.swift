import Testing

@testable import sesscli

@Suite struct SecretsTests {
  @Test(
    arguments: [
      "auth hunter2", "AUTH alice hunter2", "Auth", "3 auth hunter2", "0 auth hunter2",
      "acl setuser alice on >pw", "ACL DELUSER alice", "acl getuser alice",
      "config set requirepass pw", "CONFIG SET maxmemory 1 masterauth pw",
      "config set tls-key-file-pass pw", "config set maxmemory 1 tls-client-key-file-pass pw",
      "config set masteruser u", "config set primaryauth pw", "config set \"requirepass\" pw",
      "hello 3 auth alice pw", "hello 3 setname x auth alice pw",
      "migrate h 6379 k 0 10 auth pw", "migrate h 6379 \"\" 0 10 copy auth2 alice pw keys a b",
      "sentinel config set sentinel-pass pw", "sentinel config set sentinel-user u",
      "sentinel set mymaster auth-pass pw", "SENTINEL SET mymaster quorum 2 auth-user u",
      "decode --secret s3cret session:1", "decode session:1 --secret=s3cret",
      "cookie --secret s3cret a=b", "cookie a=b --secret=s3cret",
      "connect redis://:pw@host", "redis-cli -a pw ping", "sesscli --pass pw",
      "sesscli --pass=pw", "sesscli -apw", "sesscli decode --secret=s3cret session:1",
      "REDISCLI_AUTH=pw redis-cli", "rediscli_auth=pw redis-cli ping", "SESSCLI_SECRET=s sesscli",
      "export REDISCLI_AUTH=pw", "SESSCLI_SENTINEL_AUTH=pw sesscli -u sentinel://h/m",
      "sudo redis-cli -a pw", "sudo -u redis /usr/bin/redis-cli --pass pw ping",
      "docker exec -it r redis-cli -a pw", "docker exec -it -e REDISCLI_AUTH=pw r redis-cli",
      "docker exec --env=REDISCLI_AUTH=pw r redis-cli", "time ./sesscli -apw ping",
      "docker-compose exec redis redis-cli --pass pw", "docker compose exec redis valkey-cli -a pw",
      "kubectl exec r -- redis-cli -u redis://:pw@localhost", "ssh host 'redis-cli -a pw ping'",
      "redis-benchmark -a pw", "exec redis-cli -a pw", "docker exec r redis-cli -a \"pw",
      "sesscli -u redis://alice:pwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpw@host",
      "redis-cli --pass=pwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpwpw",
      // Whatever the shell takes for a repeat count, possible or not.
      "\" 5\" auth hunter2", "+5 auth hunter2", "-1 auth hunter2",
      "99999999999999999999 auth hunter2",
      // Lines that cannot be split were meant to be what they look like.
      "auth \"hunter2", "auth 'hunter2", "'auth' \"x", "config set requirepass \"pw", "5 auth \"x",
      "decode --secret \"s3cret k",
    ])
  func linesWithSecretsAreKnown(_ line: String) {
    #expect(Secrets.isSensitive(line: Array(line.utf8)))
  }

  @Test(
    arguments: [
      "get auth", "set auth x", "ping", "5", "5 ping", "", "acl whoami", "acl list",
      "config get requirepass", "config set maxmemory 1", "hello 3",
      "migrate h 6379 \"\" 0 10 keys auth auth2", "sentinel masters", "decode session:1",
      "connect 127.0.0.1 6379", "get \"auth", "sadd passwords requirepass",
      "redis-cli -h host ping", "sudo redis-cli ping", "docker exec -it r redis-cli",
      "docker exec -a r redis-cli", "get REDISCLI_AUTH", "set redis-cli running",
      "lrange redis-cli 0 -1",
      "cookie a=b", "cookie --secret-file secrets.txt a=b",
    ])
  func otherLinesAreKept(_ line: String) {
    #expect(!Secrets.isSensitive(line: Array(line.utf8)))
  }
}
