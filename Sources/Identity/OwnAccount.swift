import Happenings
import Languages
import Markup
import Messaging
import Storage
import Values
import Web

/// One's own account: name, where one is reached, roles, companies.
struct OwnAccount: Sendable {
    static let page = Path("account")

    let post: Post

    static let name = Field<String>.text("name", Words("姓名", "Name"), longest: 40, control: .line(autocomplete: "name"))
    static let mail = Field<String>.text("mail", Words("邮箱", "E-mail"), hint: Words("重要的事也发一份到这里", "What matters is sent here too"), longest: 120, control: .line(type: "email", keyboard: "email", autocomplete: "email"))
    static let language = Field<String>("language", Words("短信和邮件用哪种语言", "Language of messages"), .radios([Choice("zh-Hans", Words(same: "中文")), Choice("en", Words(same: "English"))], columns: true)) { typed throws(Wrong) in
        guard Language(rawValue: typed) != nil else { throw Wrong("请从上面选一个", "Please choose one of these") }
        return typed
    }

    struct Changed: Happening { static let kind = "account.changed"; let subject: Subject; let fields: [String: String] }

    private struct Found: Sendable {
        let profile: Profile
        let speaking: [(id: ID<Speaker>, enterprise: Enterprise, state: SpeakerState, asking: [ID<Speaker>])]
        let roles: [(role: Role, organisation: String, region: String)]
        let sessions: Int
        let hasFactor: Bool
    }

    private func find(_ visit: Visit) async throws -> Found {
        let (person, now) = (try visit.person(), visit.now)
        let memberships = visit.viewer.memberships.filter { $0.role != .owner && $0.role != .colleague }
        return try await visit.read { reader in
            guard let profile = try reader.profile(person) else { throw Problem.notFound }
            let organisations = try reader.organisations(memberships.compactMap(\.organisation))
            let speaking = try reader.speaking(person)
            let ids = try reader.speakerIDs(of: person)
            let confirmed = speaking.filter { $0.state.isConfirmed }.map(\.enterprise.id)
            let asking = try reader.askingSpeakers(of: confirmed)
            return Found(
                profile: profile,
                speaking: speaking.compactMap { pair in ids[pair.enterprise.id].map { ($0, pair.enterprise, pair.state, asking[pair.enterprise.id] ?? []) } },
                roles: memberships.map { ($0.role, $0.organisation.flatMap { organisations[$0]?.name } ?? "", $0.regionPrefix) },
                sessions: try reader.sessions(of: person, now: now).count, hasFactor: try reader.account(of: person)?.totp != nil)
        }
    }

    func show(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let found = try await find(visit)
        var form = form
        form.fill(OwnAccount.name, found.profile.name)
        form.fill(OwnAccount.mail, found.profile.mail)
        form.fill(OwnAccount.language, found.profile.language.rawValue)
        let asking = found.speaking.flatMap { company in company.asking.map { (id: $0, name: company.enterprise.name) } }
        return .page(
            Page(
                Words("我的账号", "My account"), width: .narrow, wrongs: form.wrongs.count,
                """
                \(title(Words("我的账号", "My account"), "\(found.profile.name)\(found.profile.mobile.map { "\(Words("　", " · "))\($0.description)" as HTML })"))
                \(form.summary)
                \(each: asking, { asks in nextStep(Words("轮到您", "Your turn"), Words("有人想一起代表\(asks.name)", "Somebody asks to speak for \(asks.name) too"), "<p><a class=\"btn\" href=\"\(Speaker.approval(asks.id))\">\(Words("看看是不是同事", "See whether it is a colleague"))</a></p>") })
                \(companies(found))
                \(roles(found))
                <section class="mt" aria-labelledby="safe"><h2 class="h3 mb" id="safe">\(Words("登录和隐私", "Sign-in and privacy"))</h2><ul class="list">\
                <li class="row"><a class="hit" href="\(OwnSessions.page())">\(Words("登录过的设备", "Signed-in devices"))</a><span class="soft end">\(Words("\(found.sessions)个", "\(found.sessions)"))</span></li>\
                <li class="row"><a class="hit" href="\(MobileChange.page())">\(Words("换手机号", "Change the mobile number"))</a><span class="soft end">\(found.profile.mobile?.description ?? Words("还没有", "none")())</span></li>\
                <li class="row"><a class="hit" href="\(Link(path: "/account/data"))">\(Words("我的数据：看、带走、删除", "My data: see, take, erase"))</a></li>\
                <li class="row"><a class="hit" href="\(OwnConsents.page())">\(Words("我同意过什么", "What I agreed to"))</a></li>\
                \(found.hasFactor ? "<li class=\"row\"><a class=\"hit\" href=\"\(Factor.page())\">\(Words("动态码", "One-time code"))</a></li>" as HTML : nil)</ul></section>
                <section class="mt" aria-labelledby="reach"><h2 class="h3 mb" id="reach">\(Words("怎样称呼、怎样联系", "Name and contact"))</h2>
                \(Web.form(OwnAccount.page(), """
                    \(form.show(OwnAccount.name))\(form.show(OwnAccount.mail, optional: true))\(form.show(OwnAccount.language))\
                    <p><button class="btn go">\(Words("存好", "Save"))</button></p>
                    """))</section>
                <div class="mt">\(button(SignIn.end(), Words("退出登录", "Sign out"), kind: "btn quiet"))</div>
                """))
    }

    private func companies(_ found: Found) -> HTML? {
        guard !found.speaking.isEmpty else { return nil }
        return """
            <section aria-labelledby="companies"><h2 class="h3 mb" id="companies">\(Words("我代表的企业", "Companies I speak for"))</h2><ul class="list">\(each: found.speaking, { company in
                """
                <li class="row"><a class="hit" href="\(Speaker.page(company.id))">\(company.enterprise.name)</a><span class="end">\(tag(company.state.words, company.state.isConfirmed ? .good : .wait))</span></li>
                """
            })</ul></section>
            """
    }

    private func roles(_ found: Found) -> HTML? {
        guard !found.roles.isEmpty else { return nil }
        return """
            <section class="mt" aria-labelledby="roles"><h2 class="h3 mb" id="roles">\(Words("我的身份", "My roles"))</h2><ul class="list">\(each: found.roles, { role in
                "<li class=\"row\"><span>\(role.role.words)</span><span class=\"soft end\">\(role.organisation)</span></li>"
            })</ul></section>
            """
    }

    /// A new mail address is where secrets may go: the route wants a fresh proof, and the old address is told (S9, S10).
    func save(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["name", "mail", "language"])
        let found = try await find(visit)
        let name = form.value(OwnAccount.name)
        let mail = form.optional(OwnAccount.mail)?.lowercased()
        let language = form.value(OwnAccount.language)
        if let mail, !OwnAccount.isAddress(mail) { form.wrong(OwnAccount.mail, Wrong("邮箱要像name@example.cn这样", "An address looks like name@example.cn")) }
        guard form.isGood, let name, let language else { return try await show(visit, form) }
        let (now, person, address, old) = (visit.now, found.profile.id, visit.address, found.profile)
        let link = try await visit.write(once: form) { tx in
            try tx.name(person, name, now: now)
            var changed: [String] = []
            if mail != old.mail { changed.append("mail") }
            if language != old.language.rawValue { changed.append("language") }
            guard !changed.isEmpty else { return OwnAccount.page() }
            try tx.run("update person set mail = \(mail), language = \(language) where id = \(person)")
            try tx.record(Changed(subject: Subject("person", person), fields: ["fields": changed.joined(separator: " ")]), by: .person(person), at: now, from: address)
            if mail != old.mail {
                try tx.tell(
                    Notice(
                        to: person, .mustKnow, about: Subject("person", person), key: "mailChanged", Words("您的邮箱改了", "Your e-mail address was changed"),
                        detail: Words("不是您本人的话，请马上告诉我们。", "If it was not you, tell us at once."), place: OwnAccount.page().text), at: now)
            }
            return OwnAccount.page()
        }
        if let before = old.mail, mail != before { await visit.tellOldChannel(post, .changed(.mail, to: before, Words("邮箱", "e-mail address"))) }
        return .see(link, saying: Words("存好了", "Saved"))
    }

    static func isAddress(_ mail: String) -> Bool {
        let parts = mail.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".") && !parts[1].hasPrefix(".") && !parts[1].hasSuffix(".")
            && !mail.contains(where: { $0.isWhitespace || ",;<>\"\\".contains($0) })
    }
}

extension Visit {
    /// Tells the channel that was just replaced. It may be gone: the deed stands, and the failure is noted.
    func tellOldChannel(_ post: Post, _ letter: Letter) async {
        do { try await post.send(letter) } catch { logFailure("the old channel was not told", error) }
    }
}

extension Letter {
    /// To where somebody was reached so far: it is no longer so.
    static func changed(_ channel: Letter.Channel, to recipient: String, _ what: Words) -> Letter {
        Letter(
            channel, to: recipient, subject: "您的\(what.chinese)改了 / Your \(what.english) was changed",
            "【助企】您账号的\(what.chinese)改了。不是您本人的话，请马上打电话告诉我们。 Your \(what.english) at Zhuqi was changed. If it was not you, call us at once.")
    }
}

extension Reader {
    /// By enterprise, the name under which a person speaks for it.
    func speakerIDs(of person: ID<Person>) throws -> [ID<Enterprise>: ID<Speaker>] {
        Dictionary(
            try rows("select enterprise, id from speaker where person = \(person) limit 200") { row in (try row(ID<Enterprise>.self), try row(ID<Speaker>.self)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Those who ask to join these companies, by company; no word of who they are.
    func askingSpeakers(of enterprises: [ID<Enterprise>]) throws -> [ID<Enterprise>: [ID<Speaker>]] {
        let pairs = try rows(
            """
            select enterprise, id from speaker where enterprise in (\(list: enterprises)) and confirmed_at is null and declined_at is null and left_at is null
            order by asked_at, id limit 50
            """
        ) { row in (try row(ID<Enterprise>.self), try row(ID<Speaker>.self)) }
        return Dictionary(grouping: pairs, by: \.0).mapValues { $0.map(\.1) }
    }
}
