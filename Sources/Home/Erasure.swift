import Happenings
package import Holdings
package import Jobs
import Languages
import Markup
package import Storage
package import Values
import Web

/// Closing one's account (个人信息保护法 art. 47): what is the person's alone goes, what the law has kept is blocked and shown to
/// nobody. It says first what will happen, and cannot be taken back.
package struct Erasure: Sendable {
    static let page = Path("account/data/erasure")
    static let understood = Field<Bool>.tick("understood", Words("看明白了：注销不能撤回", "I have read this; closing cannot be undone"))

    struct Done: Happening { static let kind = "person.erased"; let subject: Subject }

    let holdings: [Holding]
    /// What has to be brought to an end first, given by the house.
    let obstacles: @Sendable (ID<Person>, Instant, Reader) throws -> [(Words, Link)]

    func show(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let (person, now, obstacles, holdings) = (try visit.person(), visit.now, obstacles, holdings)
        let found = try await visit.read { reader -> (open: [(Words, Link)], held: [Holding]) in
            (try obstacles(person, now, reader), try holdings.filter { try $0.count(of: person, reader) > 0 })
        }
        guard found.open.isEmpty else {
            return .page(
                Page(
                    Words("注销账号", "Close the account"), width: .narrow, back: (MyData.page(), Words("我的数据", "My data")),
                    """
                    \(title(Words("先把这些事了结", "First bring these to an end"), "\(Words("还有别人在等您，或者等着您的事。了结以后就能注销。", "Others still wait for you, or work for you. When these are done, the account can be closed."))"))
                    <ul class="list">\(each: found.open, { one in "<li class=\"row\"><a class=\"hit\" href=\"\(one.1)\">\(one.0)</a></li>" })</ul>
                    """))
        }
        let (gone, blocked, stays) = (
            found.held.filter { [.deleted, .emptied].contains($0.fate) }, found.held.filter { if case .blocked = $0.fate { true } else { false } },
            found.held.filter { $0.fate == .stays }
        )
        return .page(
            Page(
                Words("注销账号", "Close the account"), width: .narrow, back: (MyData.page(), Words("我的数据", "My data")), wrongs: form.wrongs.count,
                """
                \(title(Words("注销账号，删除数据", "Close the account and erase the data"), "\(Words("马上生效，不能撤回。想留一份，请先下载。", "It takes effect at once and cannot be undone. To keep a copy, take it first."))"))
                <div class="mb">\(button(DataExport.list(), Words("先下载一份带走", "First take a copy with you")))</div>
                \(form.summary)
                \(part(Words("马上删除", "Erased at once"), gone))\(part(Words("法律要求留存：封存，谁也看不到，到期删除", "Kept because the law says so: blocked, seen by nobody, then deleted"), blocked, why: true))\(part(Words("原样留存：改动了就不再是凭据", "Kept as it stands: once changed it would prove nothing"), stays, why: true))
                \(Web.form(Erasure.page(), """
                    \(form.show(Erasure.understood))\
                    <div class="row"><a class="btn" href="\(MyData.page())">\(Words("留着，不注销", "Keep the account"))</a><button class="btn danger go">\(Words("注销账号，删除数据", "Close and erase"))</button></div>
                    """))
                """))
    }

    private func part(_ words: Words, _ holdings: [Holding], why: Bool = false) -> HTML? {
        guard !holdings.isEmpty else { return nil }
        return "<section class=\"mb\"><h2 class=\"h3\">\(words)</h2><ul>\(each: holdings, { holding in "<li>\(holding.title)\(why ? "<br><span class=\"soft small\">\(MyData.fate(holding))</span>" as HTML : nil)</li>" })</ul></section>"
    }

    func carryOut(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(["understood"])
        guard form.ticked(Erasure.understood, orElse: Words("请先勾选“看明白了”", "Please tick that you have read it")) else { return try await show(visit, form) }
        let (person, now, obstacles, holdings) = (try visit.person(), visit.now, obstacles, holdings)
        let isOpen = try await visit.write { tx -> Bool in
            guard try obstacles(person, now, tx).isEmpty else { return true }
            try tx.erase(person, holdings, at: now)
            return false
        }
        if isOpen { return try await show(visit, form) }
        var answer = Answer.see(Link(path: "/"), saying: Words("账号注销了，数据删除了。谢谢您来过", "The account is closed and the data erased. Thank you for having been here")).with(.forgetting(Cookie.session))
        answer.set(header: "Clear-Site-Data", "\"cache\", \"storage\"")
        return answer
    }

    package static let job = "erased"

    /// What runs by class, every day (P6).
    package static func retention(_ database: Database, _ holdings: [Holding]) -> Recurrence {
        Recurrence("retention", every: .hours(24)) { now in
            for holding in holdings { try await database.write { tx in try holding.expire(at: now, in: tx) } }
            try await database.write { tx in
                try Blocked.expire(at: now, in: tx)
                try DataExport.expire(at: now, in: tx)
            }
        }
    }
}

extension Transaction {
    /// Erases somebody from all rooms. May be repeated: a backup that is restored forgets them again.
    package func erase(_ person: ID<Person>, _ holdings: [Holding], at now: Instant) throws {
        for holding in holdings { try holding.erase(person, at: now, in: self) }
        try noteErasure(person, at: now)
        // Without the address: that, too, was theirs.
        try record(Erasure.Done(subject: Subject("person", person)), by: .person(person), at: now)
        try enqueue(Job(Erasure.job, person.text), at: now)
    }
}
