import Files
import Foundation
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import TestSupport
import Values
import Web

/// Both faces of Identity and Files behind a doorway, with mails and text messages in the outbox.
struct Rooms: Sendable {
    let house: TestHouse
    let database: Database
    let organisations: Organisations

    struct Organisations: Sendable { let authority: ID<Organisation>, institution: ID<Organisation> }

    static func open(_ body: (Rooms) async throws -> Void) async throws {
        try await inFolder { folder in
            try await onSQLite(Bed.migrations) { database, _ in
                let clock = MovingClock()
                let driver = Post.Driver.outbox(database, clock: { clock.now })
                let post = Post(mail: driver, text: driver)
                let account = AccountRoom(files: FileStore(folder: folder), post: post)
                let house = try TestHouse(
                    database, folder: folder, clock: clock,
                    rooms: [
                        WebRoom(), IdentityRoom(post: post, square: { _ in nil }, arrived: { _, _, _, _ in }), account,
                        FilesRoom(maySee: { viewer, _, subject, reader in try account.maySee(viewer, subject, reader) ?? false }),
                    ], change: { site in
                        site.slots.viewer = Session.viewer
                        site.slots.prove = { visit, held in try await FreshProof(post: post).prove(visit, held) }
                    }, routes: { routes in
                        routes.get(Path("start"), .signedIn) { _, _ in .page(Page(Words("开始", "Start"), "<h1>\(Words("开始", "Start"))</h1>")) }
                        Signing.routes(&routes)
                    })
                let now = clock.now
                let organisations = try await database.write { tx in
                    let authority = OrganisationEntry(id: ID(at: now), kind: .smeAuthority, name: "浙江省经济和信息化厅", region: "330000")
                    let institution = OrganisationEntry(id: ID(at: now), kind: .institution, name: "浙江省中小企业服务中心", region: "330000", telephone: "0571-12345678")
                    for one in [authority, institution] { try tx.add(one, now: now) }
                    let by = try tx.makePerson(name: "处长", mail: nil, now: now)
                    try tx.designate(
                        institution, by: authority.id, document: "浙企〔2025〕18号", from: now.day + -300, until: now.day + 300, inCharge: "周敏", contact: "0571-1",
                        person: by, now: now)
                    return Organisations(authority: authority.id, institution: institution.id)
                }
                try await body(Rooms(house: house, database: database, organisations: organisations))
            }
        }
    }

    /// Somebody with a session of their own, as after signing in.
    func visitor(_ name: String, mobile: String? = nil, staff role: Role? = nil, in organisation: ID<Organisation>? = nil, region: String = "330000", device: String = "Firefox/130", person known: ID<Person>? = nil) async throws -> (browser: Browser, person: ID<Person>) {
        let now = house.clock.now
        let (person, cookie) = try await database.write { tx in
            let person = try known ?? mobile.map { try tx.findOrMakePerson(mobile: $0, name: name, now: now) } ?? tx.makePerson(name: name, mail: nil, now: now)
            if let role { try tx.grant(role.name, to: person, in: organisation, region: region, from: now) }
            return (person, try tx.beginSession(person, role == nil ? .code : .staff, factor: role != nil, address: "192.0.2.7", device: device, now: now))
        }
        let browser = house.browser()
        browser.cookies["__Host-session"] = cookie
        return (browser, person)
    }

    /// The digits of the newest text message to a number.
    func code(_ mobile: String) async throws -> String {
        let letters = try await database.read { try $0.outbox(limit: 5, to: mobile) }
        return letters.first { $0.letter.body.contains("验证码") }?.letter.body.split(whereSeparator: { !$0.isNumber }).first { $0.count == 6 }.map(String.init) ?? ""
    }

    func letters(_ recipient: String) async throws -> [String] { try await database.read { try $0.outbox(limit: 20, to: recipient).map(\.letter.body) } }

    static let licence = PickedFile("file", name: "执照.pdf", Array("%PDF-1.7\n1 0 obj\nendobj\nstartxref\n0\n%%EOF\n".utf8))
}
