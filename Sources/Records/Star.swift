import Happenings
import Identity
package import Languages
import Needs
import Storage
package import Values
package import Web

/// Star levels (星级, 民函〔2012〕340号): by hours in all, on application, given by somebody else of the institution.
package struct Star: Reachable, Sendable {
    package let id: ID<Star>
    package let person: ID<Person>
    package let institution: ID<Organisation>
    package let region: String
    package let level: Int
    package let at: Instant
    package let due: Instant
    let awarded: (by: ID<Person>, at: Instant)?
    let withdrawn: Withdrawal?

    /// A record was corrected, and the hours no longer bear the level out (撤回). It may be asked for again.
    struct Withdrawal: Sendable {
        /// What counted in all after the correction.
        let minutes: Minutes
        let record: ID<ServiceRecord>
        let at: Instant
    }

    var isHeld: Bool { awarded != nil && withdrawn == nil }
    var isOpen: Bool { awarded == nil && withdrawn == nil }
    /// The hours that it wants.
    var hours: Int { Star.hours[level - 1] }

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person]]) }
    package var subject: Subject { Subject(Star.kind, id) }
    package static let kind = "star"

    /// Hours for one to five stars.
    package static let hours = [100, 300, 600, 1000, 1500]
    /// How many stars so many minutes reach; 0 below a hundred hours.
    package static func level(_ minutes: Int) -> Int { hours.count { minutes >= $0 * 60 } }
    /// For one to five stars.
    package static func words(_ level: Int) -> Words { Words("\(["一", "二", "三", "四", "五"][level - 1])星", level == 1 ? "1 star" : "\(level) stars") }

    package static let list = Path("stars")
    static let award = Path("stars/*/award", ID<Star>.self)

    package enum Award {}
    package struct Asked: Happening { package static let kind = "star.asked"; package let subject: Subject; package let fields: [String: String] }
    package struct Given: Happening { package static let kind = "star.given"; package let subject: Subject; package let fields: [String: String] }
    package struct Withdrawn: Happening { package static let kind = "star.withdrawn"; package let subject: Subject; package let fields: [String: String] }

    static let migration = Migration(
        "Records", 4,
        [
            """
            create table star_application (id \(.text) not null primary key, person \(.text) not null references person (id), institution \(.text) not null references organisation (id),
                region \(.text) not null, level \(.int) not null check (level between 1 and 5), at \(.int) not null, due \(.int) not null,
                unique (person, level), unique (id, person, level))\(.strict)
            """,
            "create index star_application_institution on star_application (institution, id)",
            """
            create table star_award (application \(.text) not null primary key, person \(.text) not null, level \(.int) not null, minutes \(.int) not null, by_person \(.text) not null, at \(.int) not null,
                foreign key (application, person, level) references star_application (id, person, level), check (by_person <> person),
                check (minutes >= case level when 1 then 6000 when 2 then 18000 when 3 then 36000 when 4 then 60000 else 90000 end))\(.strict)
            """,
            // What another organisation recorded, with its paper: marked, and never twice.
            """
            create table carried_record (id \(.text) not null primary key, person \(.text) not null references person (id), institution \(.text) not null references organisation (id),
                region \(.text) not null, issuer \(.text) not null, number \(.text) not null, issuer_key \(.text) not null, number_key \(.text) not null, minutes \(.int) not null
                check (minutes between 30 and 600000), file \(.text) not null references file (id), at \(.int) not null, due \(.int) not null,
                unique (id, person, issuer_key, number_key, minutes))\(.strict)
            """,
            "create index carried_record_person on carried_record (person, id)",
            "create index carried_record_institution on carried_record (institution, id)",
            """
            create table carried_acceptance (carried \(.text) not null primary key, person \(.text) not null, issuer_key \(.text) not null, number_key \(.text) not null, minutes \(.int) not null,
                by_person \(.text) not null, at \(.int) not null, foreign key (carried, person, issuer_key, number_key, minutes)
                references carried_record (id, person, issuer_key, number_key, minutes), check (by_person <> person), unique (issuer_key, number_key))\(.strict)
            """,
            "create index carried_acceptance_person on carried_acceptance (person)",
            """
            create table carried_refusal (carried \(.text) not null primary key references carried_record (id), by_person \(.text) not null, reason \(.text) not null check (length(reason) >= 4),
                at \(.int) not null)\(.strict)
            """,
        ] + ["star_application", "star_award", "carried_record", "carried_acceptance", "carried_refusal"].flatMap(SQL.appendOnly))
}

extension Star.Withdrawal {
    /// Asked for again after a withdrawal: once for a person, a level and each `again`. The tables are made anew for their keys.
    static let migration = Migration(
        "Records", 8,
        [
            """
            create table star_request (id \(.text) not null primary key, person \(.text) not null references person (id), institution \(.text) not null references organisation (id),
                region \(.text) not null, level \(.int) not null check (level between 1 and 5), again \(.int) not null default 0 check (again between 0 and 99), at \(.int) not null,
                due \(.int) not null, unique (person, level, again), unique (id, person, level))\(.strict)
            """,
            "insert into star_request (id, person, institution, region, level, at, due) select id, person, institution, region, level, at, due from star_application",
            """
            create table star_grant (application \(.text) not null primary key, person \(.text) not null, level \(.int) not null, minutes \(.int) not null, by_person \(.text) not null, at \(.int) not null,
                foreign key (application, person, level) references star_request (id, person, level), check (by_person <> person),
                check (minutes >= case level when 1 then 6000 when 2 then 18000 when 3 then 36000 when 4 then 60000 else 90000 end))\(.strict)
            """,
            "insert into star_grant (application, person, level, minutes, by_person, at) select application, person, level, minutes, by_person, at from star_award",
            "drop table star_award",
            "drop table star_application",
            "alter table star_request rename to star_application",
            "alter table star_grant rename to star_award",
            "create index star_application_institution on star_application (institution, id)",
            // Only where the hours fell short, and because of an objection that was answered.
            """
            create table star_withdrawal (application \(.text) not null primary key, person \(.text) not null, level \(.int) not null, minutes \(.int) not null,
                objection \(.text) not null references objection_answer (objection), at \(.int) not null,
                foreign key (application, person, level) references star_application (id, person, level),
                check (minutes < case level when 1 then 6000 when 2 then 18000 when 3 then 36000 when 4 then 60000 else 90000 end))\(.strict)
            """,
        ] + ["star_application", "star_award", "star_withdrawal"].flatMap(SQL.appendOnly))
}

extension Permission where Deed == Star, Noun == Star {
    static var apply: Self { Permission("star.apply", [Grant(.expert, .own(.oneself))]) }
}
extension Permission where Deed == See, Noun == Star {
    static var see: Self { Permission("star.see", [Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)]) }
}
extension Permission where Deed == Star.Award, Noun == Star {
    static var award: Self { Permission("star.award", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Star {
    static let tooFew = Problem(
        "star.tooFew", status: 409, Words("时长还不够", "Not enough hours yet"), Words("累计满100小时可以申请一星，依次300、600、1,000、1,500小时。", "One star needs 100 hours; the others 300, 600, 1,000 and 1,500."))
}
