// https://github.com/vert-x3/vertx-web

extension Framework {
  /// Vert.x Web's RedisSessionStore: the key is the id alone.
  static let vertx = Framework(
    name: "Vert.x Web", summary: "<32 hex>, a buffer of its own",
    keys: ["<32 hex>"], writes: ["vertx"]
  ) { stored in
    stored.format == "vertx" ? Sighting("Vert.x Web") : nil
  }
}
