import Files
import Happenings
import Holdings
import Identity
import Jobs
import Languages
import Messaging
import Papers
import Reference
import Storage
import TestSupport
import Turns
import Values
import Web

@testable import Volunteers

/// Two institutions, the first with an officer and a head; experts are entered by the test.
struct Scene {
    static var migrations: [Migration] {
        Blocked.migrations + Job.migrations + Seal.migrations + Turn.migrations + Notice.migrations + Visit.migrations
            + IdentityRoom(post: Post(mail: .missing, text: .missing), square: { _ in nil }, arrived: { _, _, _, _ in }).migrations
            + FilesRoom(maySee: { _, _, _, _ in false }).migrations + PapersRoom(files: FileStore(folder: ""), baseURL: "").migrations + VolunteersRoom(files: FileStore(folder: "")).migrations
    }

    /// Monday 23 November 2026, ten in the morning.
    static let now = MovingClock().now
    static let today = now.day

    static let officer = Cast.lin.viewer([Membership(role: .officer, organisation: Cast.institution, regionPrefix: "33")])
    static let head = Cast.head.viewer([Membership(role: .head, organisation: Cast.institution, regionPrefix: "33")])
    static let stranger = Cast.stranger.viewer([
        Membership(role: .officer, organisation: Cast.otherInstitution, regionPrefix: "51"), Membership(role: .head, organisation: Cast.otherInstitution, regionPrefix: "51"),
    ])

    static func prepare(_ tx: Transaction) throws {
        try tx.add(OrganisationEntry(id: Cast.institution, kind: .institution, name: "浙江省中小企业服务中心", region: "330000"), now: now)
        try tx.add(OrganisationEntry(id: Cast.otherInstitution, kind: .institution, name: "四川省中小企业服务中心", region: "510000"), now: now)
        for (member, role, institution) in [(Cast.lin, "officer", Cast.institution), (Cast.head, "head", Cast.institution), (Cast.stranger, "officer", Cast.otherInstitution)] {
            _ = try tx.makePerson(name: member.name, mail: nil, id: member.id, now: now)
            try tx.grant(role, to: member.id, in: institution, region: institution == Cast.institution ? "330000" : "510000", from: now - .days(300))
        }
    }

    static func expert(
        _ person: ID<Person>, _ name: String, institution: ID<Organisation> = Cast.institution, domains: [Domain] = [.technology], subTopics: [String] = [],
        region: String = Cast.region, free: [FreeTime] = [], headline: String = "工程师", at: Instant = now
    ) -> Expert {
        Expert(
            person: person, institution: institution, name: name, kind: .science, standing: .retired, employer: "省模具研究所", headline: Words(headline, "Engineer"),
            biography: Words("", ""), domains: domains, subTopics: subTopics, region: region, freeTimes: free, enteredBy: Cast.lin.id, enteredAt: at)
    }

    static func appointment(_ person: ID<Person>, _ number: String, _ from: Day = today + -30, _ until: Day = today + 700, by: ID<Person> = Cast.head.id, institution: ID<Organisation> = Cast.institution)
        -> Appointment
    {
        Appointment(id: ID(at: now), person: person, institution: institution, number: number, from: from, until: until, by: by, at: now)
    }

    /// Enters and appoints somebody with this name; answers who.
    @discardableResult
    static func serve(
        _ tx: Transaction, _ name: String, institution: ID<Organisation> = Cast.institution, domains: [Domain] = [.technology], subTopics: [String] = [],
        region: String = Cast.region, free: [FreeTime] = [], headline: String = "工程师"
    ) throws -> ID<Person> {
        let person = try tx.makePerson(name: name, mail: nil, now: now)
        let expert = expert(person, name, institution: institution, domains: domains, subTopics: subTopics, region: region, free: free, headline: headline)
        try tx.enterExpert(expert)
        try tx.appoint(expert, appointment(person, "〔2026〕\(person)号", institution: institution), now: now)
        return person
    }

    /// An agreement that both have signed; the one who enters has no part in it.
    static func agree(
        _ tx: Transaction, _ person: ID<Person>, from: Day = today, until: Day = today + 730, by head: ID<Person> = Cast.head.id, at: Instant = now
    ) throws {
        guard let expert = try tx.expert(person) else { throw Problem.notFound }
        let offered = try tx.offerAgreement(to: expert, .init(hours: 40, ways: .both, domains: expert.domains, from: from, until: until), by: head, at: at)
        for (side, person) in [(ServiceAgreement.Side.expert, person), (.institution, head)] {
            guard let it = try tx.agreement(offered.id) else { throw Problem.notFound }
            try tx.keep(.init(by: person, at: at, proved: at), side, of: it, name: expert.name)
        }
    }

    static func free(_ weekday: Int, _ from: Int, _ until: Int) -> [FreeTime] { [FreeTime(weekday: weekday, from: from * 60, until: until * 60)].compactMap { $0 } }
}
