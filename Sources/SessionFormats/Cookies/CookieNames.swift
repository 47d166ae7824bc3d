extension Cookie {
  /// The framework that uses this cookie name by default; nil for a name that anyone may use. It
  /// says nothing about the value.
  public var usualOwner: String? {
    guard let name else { return nil }
    var text = String(decoding: name, as: UTF8.self)
    for prefix in ["__Secure-", "__Host-"] where text.hasPrefix(prefix) {
      text.removeFirst(prefix.count)
    }
    return Self.owners[text]
  }

  private static let owners = [
    "connect.sid": "Express", "sessionid": "Django", "csrftoken": "Django", "messages": "Django",
    "PHPSESSID": "PHP", "laravel_session": "Laravel", "laravel-session": "Laravel",
    "XSRF-TOKEN": "Laravel or Angular", "ci_session": "CodeIgniter", "CAKEPHP": "CakePHP",
    "JSESSIONID": "Java servlets", "SESSION": "Spring Session", "rack.session": "Rack",
    "_gitlab_session": "GitLab", ".AspNetCore.Session": "ASP.NET Core",
    ".AspNetCore.Cookies": "ASP.NET Core", ".AspNetCore.Identity.Application": "ASP.NET Core",
    "ASP.NET_SessionId": "ASP.NET", "beaker.session.id": "Beaker", "koa.sess": "koa-session",
    "koa.sid": "koa-generic-session", "AIOHTTP_SESSION": "aiohttp-session",
    "vapor-session": "Vapor", "SESSION_ID": "Hummingbird", "authelia_session": "Authelia",
    "_oauth2_proxy": "oauth2-proxy", "mojolicious": "Mojolicious", "PLAY_SESSION": "Play",
    "adonis-session": "AdonisJS", "i_like_gitea": "Gitea", "vertx-web.session": "Vert.x",
    "better-auth.session_token": "Better Auth", "authjs.session-token": "Auth.js 5",
    "next-auth.session-token": "NextAuth.js 4", "webpy_session_id": "web.py",
    "satoken": "Sa-Token", "mod_auth_openidc_session": "mod_auth_openidc", "__session": "Remix",
    "advanced-frontend": "Yii 2", "_csrf": "Yii 2 or csurf", "beegosessionID": "Beego",
    "ring-session": "Ring", "redbird_session": "redbird", "irissessionid": "Iris",
  ]
}
