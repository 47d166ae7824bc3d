#!/usr/bin/perl
# Prints the session cookie of a real Mojolicious application.
use Mojolicious::Lite -signatures;
use Mojo::JSON 'encode_json';
use Test::Mojo;

BEGIN { *CORE::GLOBAL::time = sub () { 1700000000 } }
my %session = (user_id => 42, name => "Ada L\x{f6}we", roles => ['admin', 'editor'], csrf => 'f6b1c0de');
app->log->level('fatal');
app->secrets(['sesscli-test-key-of-the-fixtures']);
get '/' => sub ($c) {
  $c->session(%session, expires => 1700003600);
  $c->render(text => '');
};
my $t = Test::Mojo->new;
my ($cookie) = grep { $_->name eq 'mojolicious' } @{$t->ua->get('/')->res->cookies};
print encode_json({
  name => 'mojolicious', value => $cookie->value, store => 'Mojolicious session',
  version => Mojolicious->VERSION, serializer => 'JSON', chain => 'Mojolicious > JSON', made => 'real',
  cookie => 'mojolicious', secrets => ['sesscli-test-key-of-the-fixtures'],
  json => {%session, expires => 1700003600}
}), "\n";
