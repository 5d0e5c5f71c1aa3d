import Identity
import Languages
import Markup
import Messaging
import Needs
import Storage
import Turns
import Values
import Volunteers
import Web

/// Each person's start page: whose turn it is, for what, by when; everything else stands below that.
struct Start: Sendable {
    static let page = Path("start")

    /// The permissions whose organisation turns a viewer answers for: all that their roles hold.
    let permissions: [PermissionEntry]
    let link: @Sendable (Subject) -> Link?

    func show(_ visit: Visit) async throws -> Answer {
        let person = try visit.person()
        let (viewer, now) = (visit.viewer, visit.now)
        let mine = Start.held(viewer, permissions)
        let found = try await visit.read { reader in
            (
                turns: try reader.turns(person: person, answering: mine, begunBy: now, limit: 12),
                count: try reader.turnCount(person: person, answering: mine, begunBy: now),
                notices: try reader.notices(of: person, before: nil, limit: 5),
                applications: try reader.openApplications(of: person), shared: try Start.shared(person, now, reader)
            )
        }
        let first = found.turns.first
        let heading = viewer.name.isEmpty ? Words("您好", "Hello") : Words("\(viewer.name)，您好", "Hello, \(viewer.name)")
        return .page(
            Page(
                Words("首页", "Start"), word: "start", width: .narrow,
                """
                <h1 class="mb">\(heading)</h1>
                \(first.map { turn in
                    nextStep(
                        found.count > 1 ? Words("轮到您，共\(found.count)件", "Your turn: \(found.count) things") : Words("轮到您", "Your turn"), turn.what,
                        "<p>\(turn.title)</p><p>\(Words("请在", "By "))\(turn.due.spoken(now: now))\(Words("前", ""))　\(turn.due.left(now: now))</p>\(link(turn.subject).map { "<p><a class=\"btn go\" href=\"\($0)\">\(turn.what)</a></p>" })")
                } ?? nothing(viewer))
                \(found.turns.count > 1 ? "<h2 class=\"h3 mt mb\">\(Words("还有这些", "And these"))</h2><ul class=\"list\">\(each: found.turns.dropFirst(), { row($0, now) })</ul>\(found.count > found.turns.count ? "<p class=\"hint\">\(Words("这里列最急的\(found.turns.count)件，其余在“需求”“案例”里。", "The \(found.turns.count) most urgent are listed; the rest is under Needs and Cases."))</p>" as HTML : nil)" as HTML : nil)
                \(company(found.shared, now))\(own(viewer, found.applications))
                \(found.notices.isEmpty ? nil : "<h2 class=\"h3 mt mb\">\(Words("最近的消息", "Latest notices"))</h2><ul class=\"list\">\(each: found.notices, { Notices.row($0, now) })</ul>" as HTML)
                """))
    }

    private func row(_ turn: Turn, _ now: Instant) -> HTML {
        """
        <li><a class="hit" href="\(link(turn.subject) ?? Link(path: "/start"))"><span class="grow">\(turn.what)<br><span class="soft small">\(turn.title)</span></span>\(due(turn.due, now))</a></li>
        """
    }

    /// What waits for a colleague: of which company, and who asked.
    struct Shared: Sendable {
        let turn: Turn
        let company: String
        let asker: String
    }

    private static let mostShared = 12

    /// Of the companies for which a person is confirmed to speak, and no others.
    private static func shared(_ person: ID<Person>, _ now: Instant, _ reader: Reader) throws -> [Shared] {
        let companies = try reader.speaking(person).filter { $0.state.isConfirmed }.map(\.enterprise)
        let names = Dictionary(companies.map { ($0.id.text, $0.name) }, uniquingKeysWith: { first, _ in first })
        let turns = try reader.turns(ofCompanies: names.keys.sorted(), but: person, begunBy: now, limit: mostShared)
        let askers = try reader.names(of: turns.compactMap(\.holder.person))
        return turns.map { Shared(turn: $0, company: $0.company.flatMap { names[$0] } ?? "", asker: $0.holder.person.flatMap { askers[$0] } ?? "") }
    }

    private func company(_ shared: [Shared], _ now: Instant) -> HTML? {
        guard !shared.isEmpty else { return nil }
        return """
            <h2 class="h3 mt">\(Words("公司里等着同事的事", "What waits for colleagues in your company"))</h2><p class="hint mb">\(Words("您也代表公司，能看；多数也能替同事办。", "You speak for the company too: you can see these, and do most of them for your colleague."))</p>\
            <ul class="list">\(each: shared, { one in
                "<li><a class=\"hit\" href=\"\(link(one.turn.subject) ?? Link(path: "/start"))\"><span class=\"grow\">\(one.turn.what)<br><span class=\"soft small\">\(one.turn.title)</span><br><span class=\"soft small\">\(one.company)\(Words("　\(one.asker)提出", " · asked by \(one.asker)"))</span></span>\(due(one.turn.due, now))</a></li>"
            })</ul>
            """
    }

    /// What is one's own and has no word in the navigation.
    private func own(_ viewer: Viewer, _ applications: [ID<Application>]) -> HTML? {
        let papers: HTML? = viewer.holds(.expert) ? "<li><a class=\"hit\" href=\"\(Link(path: "/papers"))\">\(Words("我的聘书、协议和证明", "My letter, agreement and certificates"))</a></li>" as HTML : nil
        guard papers != nil || !applications.isEmpty else { return nil }
        return """
            <ul class="list mt">\(each: applications, { application in
                "<li><a class=\"hit\" href=\"\(Application.page(application))\"><span class=\"grow\">\(Words("做志愿专家的报名", "Application to serve as an expert"))</span>\(tag(Words("等结果", "Being decided"), .wait))</a></li>"
            })\(papers)</ul>
            """
    }

    private func nothing(_ viewer: Viewer) -> HTML {
        let isOwner = viewer.holds(.owner) && !viewer.holds(.expert)
        return nextStep(
            Words("都办完了", "All done"), Words("现在没有轮到您的事", "Nothing waits for you now"),
            isOwner ? "<p><a class=\"btn go\" href=\"\(Draft.start())\">\(Words("说出需求", "State your need"))</a></p>" : "<p class=\"soft\">\(Words("有事会发短信，也会出现在这里。", "You get a text message when something comes, and it appears here."))</p>")
    }

    /// Of each organisation the permissions that the viewer's roles there hold, and no others.
    static func held(_ viewer: Viewer, _ permissions: [PermissionEntry]) -> [Turn.Answering] {
        let roles = Dictionary(grouping: viewer.memberships.filter { $0.organisation != nil }, by: \.organisation)
        return roles.compactMap { organisation, memberships in
            let names = Set(permissions.filter { entry in memberships.contains { entry.answering.contains($0.role.name) } }.map(\.name))
            return organisation.map { Turn.Answering($0, names.sorted()) }
        }
    }
}

extension PermissionEntry {
    /// The roles in an organisation whose holders have its turns with this permission.
    var answering: Set<String> { Set(grants.filter { $0.within == .institution }.map(\.role.name)) }
}
