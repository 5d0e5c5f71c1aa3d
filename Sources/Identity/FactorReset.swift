import Happenings
import Languages
import Markup
import Messaging
package import Storage
package import Values
import Web

/// Taking away a second factor that somebody lost (S10): one administrator asks, another one does it, and the person is
/// told of both on the channels that are known of old. Then the password alone leads to enrolling a new one, and nowhere else.
package struct FactorReset: Sendable {
    /// How long the request waits for the second administrator.
    static let patience = Span.days(7)

    static let asking = Path("people/*/factor-reset", ID<Person>.self)
    static let approval = Path("people/*/factor-reset/approval", ID<Person>.self)
    static let refusal = Path("people/*/factor-reset/refusal", ID<Person>.self)
    /// The person's own page: somebody says that they lost it.
    static let own = Path("account/factor/reset")

    let person: ID<Person>
    let reason: String
    let askedBy: ID<Person>
    let askedAt: Instant

    struct Asked: Happening { static let kind = "factor.resetAsked"; let subject: Subject }
    struct Refused: Happening { static let kind = "factor.resetRefused"; let subject: Subject }
    package struct Done: Happening {
        package static let kind = "factor.reset"
        package let subject: Subject
        /// `askedBy`: the first of the two; empty where whoever runs the machine did it.
        package let fields: [String: String]
    }

    enum Refusal: Error {
        /// Two people: who asks does not do it (A7).
        case same
        case oneHuman(OneHuman)
        /// Nothing is asked any more: done, refused, or a week old.
        case gone
        /// There is none to take away.
        case none

        var words: Words {
            switch self {
            case .same: Words("您申请的要由另一位管理员来办", "What you asked for is done by another administrator")
            case .oneHuman(let one): one.words
            case .gone: Words("这个申请已经办过、撤回或过期了", "This request was done, taken back, or has expired")
            case .none: Words("他现在没有动态码，登录时会要求设置", "They have no one-time code now; signing in asks them to set one up")
            }
        }
    }

    static let migration = Migration(
        "Identity", 20,
        [
            """
            create table factor_reset (person \(.text) not null primary key references person (id), reason \(.text) not null,
                asked_by \(.text) not null references person (id), asked_at \(.int) not null, check (asked_by <> person))\(.strict)
            """
        ])
}

extension Reader {
    /// What is asked about somebody and not yet done.
    func factorReset(of person: ID<Person>, now: Instant) throws -> FactorReset? {
        try first("select person, reason, asked_by, asked_at from factor_reset where person = \(person) and asked_at > \(now - FactorReset.patience)") { row in
            FactorReset(person: try row(), reason: try row(), askedBy: try row(), askedAt: try row())
        }
    }

    /// Those about whom something is asked, for the list of staff.
    func factorResets(now: Instant) throws -> [(person: ID<Person>, name: String)] {
        try rows(
            """
            select r.person, p.name from factor_reset r join person p on p.id = r.person where r.asked_at > \(now - FactorReset.patience)
            order by r.asked_at limit 50
            """
        ) { row in (try row(), try row()) }
    }

    fileprivate func administrators(now: Instant) throws -> [ID<Person>] {
        try values(
            "select distinct person from membership where role = \(Role.administrator.name) and since <= \(now) and (until is null or until > \(now)) limit 50")
    }
}

extension Transaction {
    /// The first of two. May be repeated: a request that waits stays as it is.
    func ask(_ reset: FactorReset, by may: May<StaffRole, OrganisationEntry>, from address: String) throws {
        let (person, now) = (reset.person, reset.askedAt)
        guard try account(of: person)?.totp != nil else { throw FactorReset.Refusal.none }
        let isNew = try insertsOnce(
            """
            insert into factor_reset (person, reason, asked_by, asked_at) values (\(person), \(reset.reason), \(may.person), \(now))
            on conflict (person) do update set reason = excluded.reason, asked_by = excluded.asked_by, asked_at = excluded.asked_at
            where factor_reset.asked_at <= \(now - FactorReset.patience)
            """)
        guard isNew else { return }
        let subject = Subject("person", person)
        try record(FactorReset.Asked(subject: subject), by: may.by, at: now, from: address)
        try tell(
            Notice(
                to: person, .mustKnow, about: subject, key: "factorReset.asked", Words("有人替您申请取消动态码", "Somebody asks to take away your one-time code"),
                detail: Words("手机丢了、换了，就不用管；不是您让办的，请打开链接制止。", "If you lost or changed your phone, all is well. If you did not ask for it, open the link and stop it."),
                place: FactorReset.own().text), at: now)
        let name = try names(of: [person])[person] ?? ""
        for other in try administrators(now: now) where other != may.person && other != person {
            try tell(
                Notice(
                    to: other, .work, about: subject, key: "factorReset.wanted", Words("请核实：\(name)丢了动态码，申请取消", "Please check: \(name) lost the one-time code"),
                    place: StaffRole.page(person).text), at: now)
        }
    }

    /// The second of two does it.
    func approve(factorResetOf person: ID<Person>, by may: May<StaffRole, OrganisationEntry>, now: Instant, from address: String) throws {
        _ = try rows("select person from factor_reset where person = \(person)\(.forUpdate)") { try $0(ID<Person>.self) }
        guard let reset = try factorReset(of: person, now: now) else { throw FactorReset.Refusal.gone }
        if let one = try oneHuman(may.person, among: [reset.askedBy]) { throw one.sign == .account ? FactorReset.Refusal.same : .oneHuman(one) }
        try removeFactor(of: person, askedBy: reset.askedBy.text, by: may.by, now: now, from: address)
    }

    /// Nothing comes of it: another administrator, the one who asked, or the person themselves says so.
    func refuse(factorResetOf person: ID<Person>, by: Party, now: Instant, from address: String) throws {
        guard try run("delete from factor_reset where person = \(person)") == 1 else { throw FactorReset.Refusal.gone }
        try record(FactorReset.Refused(subject: Subject("person", person)), by: by, at: now, from: address)
        guard by == .person(person) else { return }
        for other in try administrators(now: now) where other != person {
            try tell(
                Notice(
                    to: other, .mustKnow, about: Subject("person", person), key: "factorReset.stopped",
                    Words("本人制止了取消动态码的申请，请查一查", "The person stopped the request to take away the one-time code; please look into it"), place: StaffRole.page(person).text), at: now)
        }
    }

    /// Takes the factor away by whoever runs the machine, where there is one administrator only; answers false for an unknown login.
    package func removeFactor(login: String, now: Instant) throws -> Bool {
        guard let account = try account(login: login) else { return false }
        try removeFactor(of: account.person, askedBy: "", by: .system, now: now, from: "")
        return true
    }

    private func removeFactor(of person: ID<Person>, askedBy: String, by: Party, now: Instant, from address: String) throws {
        try run("update account set totp_sealed = null, totp_since = null, totp_last = 0 where person = \(person)")
        try run("delete from recovery where person = \(person)")
        try run("delete from factor_reset where person = \(person)")
        try endSessions(of: person, now: now)
        try record(FactorReset.Done(subject: Subject("person", person), fields: ["askedBy": askedBy]), by: by, at: now, from: address)
        try tell(
            Notice(
                to: person, .mustKnow, about: Subject("person", person), key: "factorReset.done",
                Words("动态码已取消，下次登录要重新设置", "Your one-time code was taken away; the next sign-in sets up a new one"),
                detail: Words("不是您本人的话，请马上告诉管理员。", "If it was not you, tell your administrator at once."), place: "/sign-in/staff"), at: now)
    }
}
