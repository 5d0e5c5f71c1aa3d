import Happenings
import Languages
import Markup
import Messaging
import Reference
import Storage
import Values
import Web

// The administrator's desk: who works here in which role, and what may be done about it.
extension StaffRole {
    // MARK: List

    func list(_ visit: Visit) async throws -> Answer {
        let now = visit.now
        let search = visit.question("q")?.filter { $0 != "%" && $0 != "_" && $0 != "\\" }.trimmed
        let after = visit.question("after").flatMap { ID<Membership>($0) }
        let (all, total, resets) = try await visit.read {
            (try $0.staff(now: now, search: search, after: after, limit: 51), try $0.staff(now: now, search: search), try $0.factorResets(now: now).map { (person: $0.person, name: $0.name) })
        }
        let shown = all.prefix(50)
        let mayManage = visit.viewer.mayKnock(Permission<StaffRole, OrganisationEntry>.manageStaff.grants)
        return .page(
            Page(
                Words("工作人员", "Staff"), word: "people",
                """
                <div class="row"><h1>\(Words("工作人员", "Staff"))</h1><span class="soft">\(Words("\(grouped(total))个身份，按姓名", "\(grouped(total)) roles, by name"))</span>\
                \(mayManage ? "<span class=\"end\"><a class=\"btn go\" href=\"\(StaffRole.new())\">\(Words("邀请一位", "Invite somebody"))</a></span>" as HTML : nil)</div>
                <form class="mt mb row" role="search" action="\(StaffRole.list())"><label class="hide" for="q">\(Words("按姓名查找", "Find by name"))</label><input class="grow input" id="q" name="q" type="search" value="\(search ?? "")"><button class="btn">\(Words("查找", "Find"))</button></form>
                \(resets.isEmpty || !mayManage ? nil : say(.wait, "<p>\(Words("等另一位管理员核实的动态码申请：", "Lost codes that a second administrator is to check: "))\(each: resets, { "<a href=\"\(StaffRole.page($0.person))\">\($0.name)</a> " })</p>"))
                \(shown.isEmpty ? empty(Words("没有找到", "Nobody found"), Words("换个姓名查，或者邀请一位。", "Try another name, or invite somebody.")) : """
                    <table class="table dense fold"><caption class="hide">\(Words("工作人员和身份", "Staff and roles"))</caption>
                    <thead><tr><th scope="col">\(Words("姓名", "Name"))</th><th scope="col">\(Words("身份", "Role"))</th><th scope="col">\(Words("单位", "Organisation"))</th><th scope="col">\(Words("从何时起", "Since"))</th></tr></thead>
                    <tbody>\(each: shown, { held in
                        "<tr><th scope=\"row\"><a class=\"hit\" href=\"\(StaffRole.page(held.person))\">\(held.name)</a></th><td>\(held.words)</td><td>\(held.place)</td><td>\(held.since.day.date())</td></tr>"
                    })</tbody></table>
                    """)
                \(pager(
                    Words("这里\(shown.count)个，共\(grouped(total))个", "\(shown.count) of \(grouped(total))"),
                    next: all.count > 50 ? shown.last.map { (StaffRole.list().with([("q", search), ("after", $0.id.text)]), Words("后面的", "Further ones")) } : nil,
                    first: after == nil ? nil : StaffRole.list().with([("q", search)])))
                """))
    }

    // MARK: One person

    struct Found: Sendable {
        let profile: Profile
        let login: String?
        let hasFactor: Bool
        let reset: (found: FactorReset, by: String)?
        let roles: [Held]
        let sessions: Int
        /// Whether whoever looks is taken for this person.
        let one: OneHuman?
    }

    func find(_ visit: Visit, _ person: ID<Person>) async throws -> Found {
        let (now, viewer) = (visit.now, visit.viewer.person)
        return try await visit.read { reader in
            // Staff alone: owners and experts are no business of this desk.
            let (login, roles) = (try reader.login(of: person), try reader.roles(heldBy: person))
            guard let profile = try reader.profile(person), login != nil || roles.contains(where: { Role.named($0.role).map(Role.staff.contains) == true }) else { throw Problem.notFound }
            let reset = try reader.factorReset(of: person, now: now)
            return Found(
                profile: profile, login: login?.name, hasFactor: login?.hasFactor == true, reset: try reset.map { ($0, try reader.names(of: [$0.askedBy])[$0.askedBy] ?? "") }, roles: roles,
                sessions: try reader.sessions(of: person, now: now).count, one: try viewer.flatMap { try reader.oneHuman($0, among: [person]) })
        }
    }

    func show(_ visit: Visit, _ person: ID<Person>, _ form: Form = Form()) async throws -> Answer {
        let found = try await find(visit, person)
        let mayManage = found.one == nil && visit.viewer.mayKnock(Permission<StaffRole, OrganisationEntry>.manageStaff.grants)
        return .page(
            Page(
                Words(same: found.profile.name), word: "people", width: .narrow, back: (StaffRole.list(), Words("工作人员", "Staff")), wrongs: form.wrongs.count,
                """
                \(title(Words(same: found.profile.name), "\(found.login ?? "")"))
                \(form.summary)
                \(found.one.map { one in say(.plain, "<p>\(one.sign == .account ? Words("这是您自己。自己的身份由另一位管理员来改。", "This is you. Your own roles are changed by another administrator.") : one.words)</p>") })
                <h2 class="h3 mb">\(Words("身份", "Roles"))</h2><ul class="list">\(each: found.roles, { held in
                    """
                    <li><div class="row"><div><b>\(held.words)</b>\(Words("　", " · "))\(held.place)<br><span class="soft small">\(time(held.since))\(held.until.map { "\(Words(" 至 ", " to "))\(time($0))" as HTML })</span></div>\
                    \(held.until == nil && mayManage && StaffRole.isStaff(held.role) ? "<div class=\"end\">\(button(StaffRole.ending(Two(person, held.id)), Words("结束这个身份", "End this role"), kind: "btn quiet"))</div>" as HTML : nil)</div></li>
                    """
                })</ul>
                \(!mayManage ? nil : """
                    <section class="mt panel"><h2 class="h3">\(Words("登录", "Sign-in"))</h2><p class="soft">\(found.sessions == 0 ? Words("现在没有登录", "Not signed in anywhere") : Words("\(found.sessions)处登录着", found.sessions == 1 ? "One open session" : "\(found.sessions) open sessions"))</p><div class="row">\
                    \(button(StaffRole.sessions(person), Words("让这个人全部退出", "End all sessions")))\(found.login == nil ? nil : button(StaffRole.reset(person), Words("发重设密码的链接", "Make a reset link")))</div></section>
                    \(FactorReset.panel(person, found.reset?.found, askedBy: found.reset?.by ?? "", hasFactor: found.hasFactor, form, viewer: visit.viewer.person, now: visit.now))
                    """ as HTML)
                """))
    }

    func endSessions(_ visit: Visit, _ person: ID<Person>) async throws -> Answer {
        let form = try await visit.form([])
        _ = try await find(visit, person)
        let (now, address, viewer) = (visit.now, visit.address, visit.viewer)
        let link = try await visit.write(once: form) { tx in
            let may = try StaffRole.may(viewer, about: person, in: tx)
            try tx.endSessions(of: person, now: now)
            try tx.record(SessionsEnded(subject: Subject("person", person)), by: may.by, at: now, from: address)
            return StaffRole.page(person)
        }
        return .see(link, saying: Words("全部退出了", "All sessions ended"))
    }

    func end(_ visit: Visit, _ path: Two<ID<Person>, ID<Membership>>) async throws -> Answer {
        let form = try await visit.form([])
        let (person, id) = (path.first, path.second)
        let (now, address, viewer) = (visit.now, visit.address, visit.viewer)
        let link = try await visit.write(once: form) { tx in
            let may = try StaffRole.may(viewer, about: person, in: tx)
            // An expert's role begins and ends with the head's letter, not here (A7).
            guard let held = try tx.roles(heldBy: person).first(where: { $0.id == id && StaffRole.isStaff($0.role) }) else { throw Problem.notFound }
            guard try tx.endRole(id, at: now) else { return StaffRole.page(person) }
            try tx.record(Ended(subject: Subject("person", person), fields: ["role": held.role, "membership": id.text]), by: may.by, at: now, from: address)
            try tx.tell(
                Notice(
                    to: person, .mustKnow, about: Subject("person", person), key: "roleEnded \(id)", Words("您的身份“\(held.words.chinese)”结束了", "Your role “\(held.words.english)” has ended"),
                    place: OwnAccount.page().text), at: now)
            return StaffRole.page(person)
        }
        return .see(link, saying: Words("这个身份结束了", "The role has ended"), undo: StaffRole.comingBack(path))
    }

    /// Undoes the end of a role within 30 days.
    func restore(_ visit: Visit, _ path: Two<ID<Person>, ID<Membership>>) async throws -> Answer {
        let form = try await visit.form([])
        let (person, id) = (path.first, path.second)
        let (now, address, viewer) = (visit.now, visit.address, visit.viewer)
        let link = try await visit.write(once: form) { tx in
            let may = try StaffRole.may(viewer, about: person, in: tx)
            guard try tx.restoreRole(id, of: person, at: now) else { throw Problem.notFound }
            try tx.record(Restored(subject: Subject("person", person), fields: ["membership": id.text]), by: may.by, at: now, from: address)
            return StaffRole.page(person)
        }
        return .see(link, saying: Words("身份恢复了", "The role is back"))
    }
}
