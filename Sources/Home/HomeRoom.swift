import Cases
package import Holdings
import Identity
package import Languages
package import Markup
import Messaging
import Needs
package import Reference
package import Storage
import Turns
package import Values
import Volunteers
package import Web

/// The face of Home: the public front page, each person's start page, notices, who waits for whom.
package struct HomeRoom: Room {
    private let start: Start
    private let waiting: Waiting
    private let front = Front()
    private let notices = Notices()
    private let data: MyData
    private let export: DataExport
    private let erasure: Erasure
    package let reminder: Reminder

    package static let migrations = [DataExport.migration]

    /// `permissions`: all that the routes of the house name, by which an organisation's turns are shown to its members.
    /// `holdings`: what all rooms keep about a person, in the order in which erasing goes; `obstacles`: what has to end before;
    /// `silent`: who of an organisation may not learn of a turn, by subject.
    package init(
        reference: Reference, permissions: [PermissionEntry], holdings: [Holding], obstacles: @escaping @Sendable (ID<Person>, Instant, Reader) throws -> [(Words, Link)],
        silent: @escaping Reminder.Silent, link: @escaping @Sendable (Subject) -> Link?
    ) {
        reminder = Reminder(permissions: permissions, days: reference.workingDays, silent: silent, link: link)
        data = MyData(holdings: holdings)
        export = DataExport(holdings: holdings)
        erasure = Erasure(holdings: holdings, obstacles: obstacles)
        start = Start(permissions: permissions, link: link)
        waiting = Waiting(reference: reference)
    }

    package func routes(_ routes: inout Routes) {
        routes.get(Path("/"), .everyone) { visit, _ in try await front.show(visit) }
        routes.get(Start.page, .signedIn) { visit, _ in try await start.show(visit) }
        routes.get(Notices.list, .signedIn) { visit, _ in try await notices.show(visit) }
        routes.post(Notices.all, .signedIn) { visit, _ in try await notices.seeAll(visit) }
        routes.get(Notices.one, .signedIn) { visit, id in try await notices.open(visit, id) }
        // One's own data (PIPL 44–47)
        routes.get(MyData.page, .signedIn) { visit, _ in try await data.show(visit) }
        routes.post(DataExport.list, .signedIn.freshly) { visit, _ in try await export.ask(visit) }
        routes.get(DataExport.page, .signedIn) { visit, id in try await export.show(visit, id) }
        routes.get(DataExport.json, .signedIn.freshly) { visit, id in try await export.takeJSON(visit, id) }
        routes.get(DataExport.html, .signedIn.freshly) { visit, id in try await export.takePage(visit, id) }
        routes.get(Erasure.page, .signedIn) { visit, _ in try await erasure.show(visit) }
        routes.post(Erasure.page, .signedIn.freshly) { visit, _ in try await erasure.carryOut(visit) }
        routes.get(Waiting.page, .needs(Permission<Waiting.Watch, Turn>.watch)) { visit, _ in try await waiting.show(visit) }
        routes.get(Texts.accessibility, .everyone) { _, _ in Texts.accessibilityPage }
        routes.get(Texts.privacy, .everyone) { _, _ in Texts.privacyPage }
    }

    /// The words of each role. A word is not drawn until its room exists.
    package static func navigation(_ viewer: Viewer) -> [NavigationWord] {
        guard viewer.person != nil, viewer.mustVisit == nil else {
            return [NavigationWord("home", Words("首页", "Home"), Link(path: "/")), NavigationWord("experts", Words("专家", "Experts"), Expert.directory())]
        }
        let start = NavigationWord("start", Words("工作台", "Start"), Start.page())
        let needs = NavigationWord("needs", Words("需求", "Needs"), Need.list())
        let cases = NavigationWord("cases", Words("案例", "Cases"), Case.list())
        let notices = NavigationWord("notices", Words("消息", "Notices"), Notices.list())
        let waiting = NavigationWord("waiting", Words("总览", "Overview"), Waiting.page())
        let complaints = NavigationWord("complaints", Words("投诉", "Complaints"), Link(path: "/complaints"))
        let experts = NavigationWord("experts", Words("专家", "Experts"), Roster.page())
        let stations = NavigationWord("workstations", Words("工作站", "Workstations"), Link(path: "/workstations"))
        let papers = NavigationWord("papers", Words("文书", "Papers"), Link(path: "/papers"))
        let records = NavigationWord("records", Words("记录", "Hours"), Link(path: "/records"))
        let institutions = NavigationWord("institutions", Words("机构", "Institutions"), Link(path: "/institutions"))
        let speakers = NavigationWord("speakers", Words("代表", "Speakers"), Speaker.list())
        let people = NavigationWord("people", Words("人员", "People"), Link(path: "/people"))
        func holds(_ roles: Role...) -> Bool { roles.contains { viewer.holds($0) } }
        var words: [NavigationWord] = [start]
        if holds(.officer, .head) { words += [needs, cases, experts, records, papers, stations, waiting] + (holds(.head) ? [complaints] : []) }
        else if holds(.liaison) { words += [needs, speakers, stations] }
        else if holds(.smeAuthority) { words += [waiting, institutions, complaints] }
        else if holds(.civilAffairs) { words += [complaints] }
        else if holds(.auditor) { words += [needs, cases, records, experts, stations, institutions, speakers, waiting, complaints, people] }
        else if holds(.expert) { words = [NavigationWord("start", Words("首页", "Start"), Start.page()), NavigationWord("offers", Words("邀请", "Invitations"), Offer.list()), cases, records] + (viewer.person.map { [NavigationWord("availability", Words("日程", "Times"), Availability.page($0))] } ?? []) }
        else if holds(.owner) { words = [NavigationWord("start", Words("首页", "Start"), Start.page()), needs, NavigationWord("experts", Words("专家", "Experts"), Expert.directory())] }
        if holds(.administrator) { words.append(people) }
        return words + [notices]
    }

    /// How many things wait, beside the words.
    package static func counts(_ permissions: [PermissionEntry], _ viewer: Viewer, _ now: Instant, _ reader: Reader) throws -> [String: Int] {
        guard let person = viewer.person, viewer.mustVisit == nil else { return [:] }
        let mine = Start.held(viewer, permissions)
        return [
            "notices": try reader.unseenNotices(of: person),
            "start": try reader.turnCount(person: person, answering: mine, begunBy: now),
        ]
    }

    /// Who runs the site: the first institution that is designated, and its authority.
    package static func operatorFacts(_ reader: Reader, _ regions: Regions) throws -> OperatorFacts {
        guard let institution = try reader.organisations(.institution, limit: 1).first else { return OperatorFacts() }
        let authority = try reader.organisations(.smeAuthority, limit: 1).first
        let place = RegionCode(institution.region).flatMap { regions[$0.province]?.name }
        return OperatorFacts(
            place: (place.map { $0 + Words("", " ") } ?? Words("", "")) + Words("中小企业志愿服务", "volunteer service for small firms"), authority: authority.map { Words(same: $0.name) },
            institution: Words(same: institution.name), telephone: institution.telephone.isEmpty ? nil : institution.telephone)
    }
}
