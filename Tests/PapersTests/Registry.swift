import Files
import Happenings
import Holdings
import Identity
import Jobs
import Languages
import Ledgers
import Messaging
import Storage
import TestSupport
import Testing
import Turns
import Values
import Web

@testable import Papers

/// An institution with its people, as papers are issued in.
struct Registry {
    static let site = "https://zhuqi.example.cn"

    let database: Database
    let folder: String
    let clock: MovingClock

    static func on(_ body: (Registry) async throws -> Void) async throws {
        try await onBothEngines(migrations) { database async throws in
            try await inFolder { folder in try await body(try await Registry(database, folder)) }
        }
    }

    static let migrations =
        Blocked.migrations + Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
        + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations
        + FilesRoom(maySee: { _, _, _, _ in false }).migrations + PapersRoom(files: FileStore(folder: ""), baseURL: "").migrations

    init(_ database: Database, _ folder: String) async throws {
        (self.database, self.folder, clock) = (database, folder, MovingClock())
        let now = clock.now
        try await database.write { tx in
            for person in [Cast.shen, Cast.wang, Cast.lin, Cast.head, Cast.stranger] { _ = try tx.makePerson(name: person.name, mail: nil, id: person.id, now: now) }
            try tx.add(OrganisationEntry(id: Cast.institution, kind: .institution, name: "黄岩服务中心", region: Cast.region), now: now)
            try tx.add(OrganisationEntry(id: Cast.otherInstitution, kind: .institution, name: "青羊服务中心", region: Cast.otherRegion), now: now)
            try tx.grant("officer", to: Cast.lin.id, in: Cast.institution, region: Cast.region, from: now)
            try tx.grant("head", to: Cast.head.id, in: Cast.institution, region: Cast.region, from: now)
            try tx.grant("expert", to: Cast.shen.id, in: Cast.institution, region: Cast.region, from: now)
        }
    }

    static func draft(_ kind: Paper.Kind = .certificate, about id: String = "1", institution: ID<Organisation> = Cast.institution, validUntil: Day? = nil) -> Paper.Draft {
        Paper.Draft(
            kind, about: Subject(kind: "request", id: id), institution: institution, holder: Cast.shen.id,
            facts: [
                Claims.Fact("name", Words("姓名", "Name"), "沈国强"), Claims.Fact("period", Words("服务期间", "Period"), "2025年7月1日至2026年11月20日"),
                Claims.Fact("hours", Words("服务时长", "Hours"), "312.5小时"), Claims.Fact("content", Words("服务内容", "Service"), "为57家中小企业提供技术领域一对一咨询。"),
            ], validUntil: validUntil)
    }

    func issue(_ draft: Paper.Draft = Registry.draft()) async throws -> Paper {
        let now = clock.now
        return try await database.write { try $0.issue(draft, by: .person(Cast.head.id), at: now) }
    }

    func paper(_ id: ID<Paper>) async throws -> Paper? { try await database.read { try $0.paper(id) } }
}

// An institution's ledger, filled and signed.
extension Database {
    func enter(_ numbers: Range<Int>, in institution: ID<Organisation> = Cast.institution, holder: ID<Person>? = Cast.shen.id) async throws {
        let now = MovingClock().now
        try await write { tx in
            for number in numbers {
                try tx.commit(
                    kind: "record", subject: Subject(kind: "record", id: "r\(number)"), institution: institution, holder: holder, payload: [UInt8](text: "{\"minutes\":\(number)}"), at: now)
            }
        }
    }

    func sign(_ institution: ID<Organisation> = Cast.institution) async throws -> Ledger.Signed {
        let now = MovingClock().now
        return try #require(try await write { try $0.checkpoint(of: institution, site: Registry.site, at: now) })
    }

    func ledgerKey() async throws -> NoteKey { try NoteKey(#require(try await read { try $0.ledgerKeys(of: Cast.institution).first }).text) }
}

extension [UInt8] {
    init(text: String) { self.init(text.utf8) }
}
