import Happenings
import Languages
import Markup
import Storage
import Values
import Web

/// One's own sessions, seen and ended: one, or all others.
struct OwnSessions: Sendable {
    static let page = Path("account/sessions")
    static let end = Path("account/sessions/end")

    static let which = Field<String>.hidden("session")
    static let others = "others"

    struct Ended: Happening { static let kind = "session.ended"; let subject: Subject; let fields: [String: String] }

    func show(_ visit: Visit) async throws -> Answer {
        let (person, now, current, vault) = (try visit.person(), visit.now, visit.session, visit.site.database.vault)
        let sessions = try await visit.read { try $0.sessions(of: person, now: now) }
        let hasOthers = sessions.contains { $0.hash != current }
        return .page(
            Page(
                Words("登录过的设备", "Signed-in devices"), width: .narrow, back: (OwnAccount.page(), Words("我的账号", "My account")),
                """
                \(title(Words("登录过的设备", "Signed-in devices"), "\(Words("有不认识的，就让它退出。", "End any that you do not know."))"))
                <ul class="list">\(each: sessions, { session in
                    """
                    <li><div class="row"><div><b>\(OwnSessions.device(session.device))</b> \(session.hash == current ? tag(Words("这一个", "this one"), .good) : nil)<br>\
                    <span class="soft small">\(Words("登录 ", "Signed in "))\(time(session.begun))\(Words("　最近 ", " · last seen "))\(time(session.seen))\(Words("　", " · "))\(session.address)</span></div>\
                    \(session.hash == current ? nil : "<div class=\"end\">\(button(OwnSessions.end(), Words("让它退出", "End it"), kind: "btn quiet", fields: [("session", OwnSessions.name(session.hash, vault))]))</div>" as HTML)</div></li>
                    """
                })</ul>
                \(hasOthers ? "<div class=\"mt\">\(button(OwnSessions.end(), Words("其他设备全部退出", "End all others"), kind: "btn go", fields: [("session", OwnSessions.others)]))</div>" as HTML : nil)
                """))
    }

    func end(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["session"])
        let (person, now, address, current, vault) = (try visit.person(), visit.now, visit.address, visit.session, visit.site.database.vault)
        guard let which = form.value(OwnSessions.which) else { throw Problem.badRequest("session") }
        let link = try await visit.write(once: form) { tx in
            if which == OwnSessions.others {
                try tx.endSessions(of: person, but: current, now: now)
            } else {
                guard let session = try tx.sessions(of: person, now: now).first(where: { OwnSessions.name($0.hash, vault) == which }) else { return OwnSessions.page() }
                try tx.endSession(session.hash, now: now)
            }
            try tx.record(
                Ended(subject: Subject("person", person), fields: ["which": which == OwnSessions.others ? "others" : "one"]), by: .person(person), at: now, from: address)
            return OwnSessions.page()
        }
        return .see(link, saying: Words("那边已经退出", "Ended"))
    }

    /// What a page calls a session: a name that leads nowhere without the vault.
    static func name(_ hash: String, _ vault: Vault) -> String { vault.hash(hash, for: "session name") }

    /// 手机 Chrome rather than the whole sentence that browsers send.
    static func device(_ text: String) -> Words {
        let browser = ["MicroMessenger": "微信", "Edg/": "Edge", "OPR/": "Opera", "Firefox/": "Firefox", "Chrome/": "Chrome", "Safari/": "Safari"]
        let order = ["MicroMessenger", "Edg/", "OPR/", "Firefox/", "Chrome/", "Safari/"]
        let name = order.first { text.contains($0) }.flatMap { browser[$0] }
        let isPhone = ["Mobile", "Android", "iPhone", "HarmonyOS"].contains { text.contains($0) }
        guard let name else { return text.isEmpty ? Words("不知名的设备", "Unknown device") : Words(same: String(text.prefix(40))) }
        let english = name == "微信" ? "WeChat" : name
        return isPhone ? Words("手机上的\(name)", "\(english) on a phone") : Words("电脑上的\(name)", "\(english) on a computer")
    }
}
