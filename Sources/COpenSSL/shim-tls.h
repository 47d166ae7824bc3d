// OpenSSL's TLS for clients. What of it is macros Swift cannot call.
#pragma once
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline void sesscli_tls_prepare(SSL_CTX *context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  // What could not be written yet is tried again together with what was queued since, perhaps elsewhere in memory.
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Replies tell their own length, so that a server which is killed, and says no farewell, cuts none unnoticed.
  SSL_CTX_set_options(context, SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Otherwise each record costs two system calls, one for its head.
  SSL_CTX_set_read_ahead(context, 1);
}

static inline int sesscli_tls_set_server_name(SSL *ssl, const char *name) {
  return (int)SSL_set_tlsext_host_name(ssl, name);
}
