import Files
import HTTPTypes
import Happenings
import Holdings
import Identity
import Jobs
import Markup
import Messaging
import Papers
import Storage
import Synchronization
import TestSupport
import Testing
import Turns
import Values
import Volunteers
import Web

@testable import Workstations

struct WorkstationTests {
    static var migrations: [Migration] {
        Blocked.migrations + Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
            + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations
            + FilesRoom(maySee: { _, _, _, _ in false }).migrations + PapersRoom(files: FileStore(folder: ""), baseURL: "").migrations + VolunteersRoom(files: FileStore(folder: "")).migrations + WorkstationsRoom().migrations
    }

    static let officer = Cast.lin.viewer([Membership(role: .officer, organisation: Cast.institution, regionPrefix: "33")])
    static let stranger = Cast.stranger.viewer([Membership(role: .officer, organisation: Cast.otherInstitution, regionPrefix: "51")])

    static func prepare(_ tx: Transaction) throws {
        let now = MovingClock().now
        try tx.add(OrganisationEntry(id: Cast.institution, kind: .institution, name: "浙江省中小企业服务中心", region: "330000"), now: now)
        try tx.add(OrganisationEntry(id: Cast.otherInstitution, kind: .institution, name: "四川省中小企业服务中心", region: "510000"), now: now)
        for member in [Cast.lin, Cast.stranger] { _ = try tx.makePerson(name: member.name, mail: nil, id: member.id, now: now) }
    }

    static let entry: KeyValuePairs = ["name": "黄岩模具小镇工作站", "region": "331003", "number": "浙企志站〔2026〕12号", "from": "2026-11-01", "until": "2029-10-31"]

    /// Letters that were sent.
    final class Sent: Sendable {
        private let all = Mutex<[Letter]>([])
        func add(_ letter: Letter) { all.withLock { $0.append(letter) } }
        var letters: [Letter] { all.withLock { $0 } }
    }

    @Test func `An officer enters a workstation and invites its liaison, whose reach is the region`() async throws {
        try await onBothEngines(Self.migrations) { database in
            try await database.write(Self.prepare)
            let sent = Sent()
            let post = Post(mail: Post.Driver("kept") { sent.add($0) }, text: .missing)
            let house = try TestHouse(database, rooms: [WebRoom(), WorkstationsRoom(post: post)])
            let officer = house.browser(as: Self.officer)
            #expect(try await officer.open(Workstation.list()).has("还没有工作站"))
            try await officer.open(Workstation.new())
            let entered = try await officer.post(Workstation.new(), Self.entry)
            #expect(entered.heading == "黄岩模具小镇工作站")
            let id = try #require(try await database.read { try $0.workstations(of: Cast.institution) }.first?.id)
            #expect(try await database.read { try $0.organisation(id) }?.parent == Cast.institution)
            try await officer.open(Workstation.new())
            #expect(try await officer.post(Workstation.new(), Self.entry).has("已经录入了"))

            try await officer.open(Workstation.page(id))
            #expect(try await officer.post(Liaison.list(id), ["liaison": "林秀珍", "mail": "lin@@example"]).status == 422)
            #expect(try await officer.post(Liaison.list(id), ["liaison": "林秀珍", "mail": "lin@example.cn\r\nBcc: x@example.cn"]).status == 422)
            #expect(sent.letters.isEmpty)
            let invited = try await officer.post(Liaison.list(id), ["liaison": "林秀珍", "mail": "Lin.Xiuzhen@example.cn"])
            #expect(invited.status == 200)
            let code = try #require(invited.text.firstMatch(of: /welcome\/([A-Za-z0-9_-]+)</)).1
            #expect(sent.letters.map(\.recipient) == ["lin.xiuzhen@example.cn"])
            #expect(sent.letters.first?.body.contains(code) == true)
            // Shown once.
            let page = try await officer.open(Workstation.page(id))
            #expect(page.has("还没开通"))
            #expect(!page.has(String(code)))
            // A double click invites once.
            try await officer.post(Liaison.list(id), ["liaison": "林秀珍", "mail": "lin.xiuzhen@example.cn"])
            #expect(sent.letters.count == 1)
            house.clock.pass(.minutes(2))
            try await officer.open(Workstation.page(id))
            try await officer.post(Liaison.list(id), ["liaison": "林秀珍", "mail": "lin.xiuzhen@example.cn"])
            #expect(sent.letters.count == 2)
        }
    }

    @Test func `A liaison sees the workstations of the region, a foreign officer none (A4)`() async throws {
        try await onBothEngines(Self.migrations) { database in
            let now = MovingClock().now
            let (huangyan, wenzhou): (ID<Organisation>, ID<Organisation>) = (Cast.id(201), Cast.id(202))
            try await database.write { tx in
                try Self.prepare(tx)
                for (id, name, region) in [(huangyan, "黄岩站", "331003"), (wenzhou, "温州站", "330302")] {
                    try tx.enterWorkstation(
                        Workstation(id: id, institution: Cast.institution, name: name, region: region, number: name, from: now.day, until: now.day + 900, by: Cast.lin.id, at: now))
                }
            }
            let house = try TestHouse(database, rooms: [WebRoom(), WorkstationsRoom()])
            let liaison = house.browser(as: Cast.liaison.viewer([Membership(role: .liaison, organisation: huangyan, regionPrefix: "331003")]))
            let list = try await liaison.open(Workstation.list())
            #expect(list.has("黄岩站") && !list.has("温州站"))
            #expect(try await liaison.open(Workstation.page(huangyan)).status == 200)
            #expect(try await !liaison.open(Workstation.page(huangyan)).has("邀请联络员"))
            #expect(try await liaison.open(Workstation.page(wenzhou)).status == 404)
            #expect(try await liaison.open(Workstation.new()).status == 404)
            let stranger = house.browser(as: Self.stranger)
            let foreign = try await stranger.open(Workstation.list())
            #expect(!foreign.has("黄岩站") && !foreign.has("温州站"))
            #expect(try await stranger.open(Workstation.page(huangyan)).status == 404)
            try await stranger.open(Workstation.new())
            let fields = try #require(stranger.page?.form("/workstations/new")).fields.filter { ["token", "once"].contains($0.name) }
            let body = fields.map { "\($0.name)=\(Link.encoded($0.value))" }.joined(separator: "&") + "&liaison=x&mail=x@example.cn"
            let answer = try await stranger.send(.post, Liaison.list(huangyan).text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8))
            #expect(answer.status == 404)
            #expect(try await database.read { try $0.liaisons(of: huangyan, now: now) }.invited.isEmpty)
        }
    }

    @Test func `A liaison's role ends at once`() async throws {
        try await onBothEngines(Self.migrations) { database in
            let now = MovingClock().now
            let id: ID<Organisation> = Cast.id(201)
            let person = try await database.write { tx in
                try Self.prepare(tx)
                try tx.enterWorkstation(
                    Workstation(id: id, institution: Cast.institution, name: "黄岩站", region: "331003", number: "1", from: now.day, until: now.day + 900, by: Cast.lin.id, at: now))
                let person = try tx.makePerson(name: "林秀珍", mail: "lin@example.cn", now: now)
                try tx.grant("liaison", to: person, in: id, region: "331003", from: now - .days(3))
                return person
            }
            let house = try TestHouse(database, rooms: [WebRoom(), WorkstationsRoom()])
            let officer = house.browser(as: Self.officer)
            #expect(try await officer.open(Workstation.page(id)).has("lin@example.cn"))
            try await officer.post(Liaison.ending(Two(id, person)))
            #expect(try await database.read { try $0.members(of: id, role: "liaison", now: now) }.isEmpty)
            #expect(try await database.read { try $0.happenings(of: Subject("workstation", id)) }.map(\.kind) == ["workstation.entered", "workstation.liaisonEnded"])
        }
    }

    @Test func `A liaison's role begins and ends with the workstation's term (2.3a)`() async throws {
        try await onBothEngines(Self.migrations) { database in
            let now = MovingClock().now
            let id: ID<Organisation> = Cast.id(201)
            let (person, cookie) = try await database.write { tx in
                try Self.prepare(tx)
                try tx.enterWorkstation(
                    Workstation(id: id, institution: Cast.institution, name: "黄岩站", region: "331003", number: "1", from: now.day + 10, until: now.day + 20, by: Cast.lin.id, at: now))
                let person = try tx.makePerson(name: "林秀珍", mail: "lin@example.cn", now: now)
                try tx.grant("liaison", to: person, in: id, region: "331003", from: now - .days(3))
                return (person, try tx.beginSession(person, .staff, factor: true, address: "", device: "", now: now))
            }
            func roles(_ days: Int) async throws -> Int {
                try await database.write { tx in
                    let at = now + .days(days)
                    try tx.run("update session set begun = \(at), seen = \(at)")
                    let viewer = try Session.viewer(tx.vault.hash(cookie, for: "session"), tx, at)
                    #expect(try tx.members(of: id, role: "liaison", now: at).count == viewer?.memberships.count)
                    return viewer?.memberships.count ?? -1
                }
            }
            #expect(try await [roles(9), roles(10), roles(20), roles(21)] == [0, 1, 1, 0])
            #expect(try await database.read { try $0.workstation(id)?.until } == now.day + 20)
            _ = person
            // Once it is over nobody is invited to it any more.
            let clock = MovingClock()
            clock.pass(.days(30))
            let house = try TestHouse(database, clock: clock, rooms: [WebRoom(), WorkstationsRoom()])
            let officer = house.browser(as: Self.officer)
            let page = try await officer.open(Workstation.page(id))
            #expect(page.has("认定已到期") && !page.actions.contains { $0.hasSuffix("/liaisons") })
        }
    }
}
