// https://docs.celeryq.dev/en/stable/internals/protocol.html and https://github.com/rq/rq

extension Framework {
  /// The result of a Celery task.
  static let celery = Framework(
    name: "Celery", summary: "celery-task-meta-<id>, JSON, pickle or MessagePack",
    keys: ["celery-task-meta-<uuid>"], writes: ["json", "pickle", "msgpack"]
  ) { stored in
    guard let entries = stored.entries, let status = entries["status"]?.word,
      entries["task_id"] != nil, entries["traceback"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.add("status", status)
    facts.add("task", (entries["name"] ?? entries["task"])?.word)
    facts.add("done", moment: entries["date_done"])
    return Sighting("Celery", facts: facts.facts)
  }

  /// A job of RQ: `data` is the call, a compressed pickle of `(function, instance, args, kwargs)`.
  static let rq = Framework(
    name: "RQ", summary: "rq:job:<id>, a hash: data is a compressed pickle of the call",
    keys: ["rq:job:*"], writes: ["zlib", "pickle", "text"]
  ) { stored in
    guard stored.isHash, let entries = stored.entries, entries["created_at"] != nil,
      entries["origin"] != nil, entries["data"] != nil
    else { return nil }
    var facts = SessionFacts(stored)
    facts.add("status", entries["status"]?.word)
    facts.add("queue", entries["origin"]?.word)
    facts.add("calls", entries["data"]?.elements?.first?.word)
    facts.add("created", moment: entries["created_at"])
    facts.add("done", moment: entries["ended_at"])
    return Sighting("RQ", facts: facts.facts)
  }
}
