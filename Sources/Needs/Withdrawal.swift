import Happenings
import Identity
import Languages
import Storage
package import Values
package import Web

/// The asker no longer needs it. Undone by one click for 30 days.
package struct Withdrawal: Sendable, Equatable {
    package let by: ID<Person>
    package let at: Instant
    package static let page = Path("needs/*/withdrawal", ID<Need>.self)
    package static let undo = Path("needs/*/withdrawal/undo", ID<Need>.self)

    package struct Done: Happening {
        package static let kind = "need.withdrawn"
        package let subject: Subject
    }
    package struct Undone: Happening {
        package static let kind = "need.withdrawalUndone"
        package let subject: Subject
    }

    static let migration = Migration(
        "Needs", 4,
        [
            "create table need_withdrawal (need \(.text) not null primary key references need (id), by_person \(.text) not null, at \(.int) not null)\(.strict)",
            // Two statements of one need: the earlier goes on, the later points to it.
            """
            create table need_joint (need \(.text) not null primary key references need (id), into_need \(.text) not null references need (id)
                check (into_need <> need), by_person \(.text) not null, at \(.int) not null)\(.strict)
            """,
            "create index need_joint_into on need_joint (into_need)",
            // No need of a firm, or a large enterprise: kindly told where else to turn (clause 2.1c).
            """
            create table need_referral (need \(.text) not null primary key references need (id), place \(.text) not null, reason \(.text) not null,
                by_person \(.text) not null, at \(.int) not null)\(.strict)
            """,
            // Written by Cases: a case stands for the need from `at`, and what closed it.
            "create table need_uptake (need \(.text) not null primary key references need (id), at \(.int) not null)\(.strict)",
            "create table need_closure (need \(.text) not null primary key references need (id), at \(.int) not null)\(.strict)",
            """
            create table need_edit (need \(.text) not null references need (id), version \(.int) not null, statement \(.text) not null,
                by_person \(.text) not null, at \(.int) not null, primary key (need, version))\(.strict)
            """,
        ])
}

extension Permission where Deed == Withdrawal, Noun == Need {
    package static var withdraw: Self { Permission("need.withdraw", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague))]) }
}

extension Need {
    /// May be repeated: a second withdrawal changes nothing.
    package mutating func withdraw(by person: ID<Person>, now: Instant) throws(Refusal) -> Withdrawal.Done? {
        switch state {
        case .withdrawn: return nil
        case .submitted, .triaged, .inService:
            state = .withdrawn(Withdrawal(by: person, at: now))
            return Withdrawal.Done(subject: subject)
        case .closed, .referred, .joined: throw .past(state)
        }
    }
}

/// Handed on to somebody else, with a word why (转介).
package struct Referral: Sendable, Equatable {
    package let place: String
    package let reason: String
    package let by: ID<Person>
    package let at: Instant

    package static let page = Path("needs/*/referral", ID<Need>.self)

    package struct Done: Happening {
        package static let kind = "need.referred"
        package let subject: Subject
    }

    static let place = Field<String>.text("place", Words("转给谁", "Who can help"), hint: Words("写明名称和电话，如：区市场监管所 0576-1234 5678", "Name and telephone"), longest: 100)
    static let reason = Field<String>.area("reason", Words("为什么", "Why"), hint: Words("企业会看到这段话，请写得像当面说", "The owner reads this; write as you would say it"), longest: 300, low: true)
}

extension Permission where Deed == Referral, Noun == Need {
    package static var refer: Self { Permission("need.refer", [Grant(.officer, .institution)]) }
}

extension Need {
    mutating func refer(_ referral: Referral) throws(Refusal) -> Referral.Done? {
        switch state {
        case .submitted, .triaged:
            state = .referred(referral)
            return Referral.Done(subject: subject)
        case .referred: return nil
        case .inService, .closed, .withdrawn, .joined: throw .past(state)
        }
    }
}

/// The same matter stated twice: the two become one.
package enum Joint {
    package static let page = Path("needs/*/joint", ID<Need>.self)
    package struct Done: Happening {
        package static let kind = "need.joined"
        package let subject: Subject
        package let fields: [String: String]
    }
    static let into = Field<String>.text("into", Words("并入哪一条", "Join into which need"), hint: Words("写那一条的编号，如2026-000123", "Its number, such as 2026-000123"), longest: 20, control: .line(short: true))
}

extension Permission where Deed == Joint, Noun == Need {
    package static var join: Self { Permission("need.join", [Grant(.officer, .institution), Grant(.owner, .own(.asker))]) }
}

extension Need {
    mutating func join(into other: Need, now: Instant) throws(Refusal) -> Joint.Done? {
        switch state {
        case .submitted, .triaged:
            guard other.id != id, other.state.isOpen else { throw .past(other.state) }
            state = .joined(into: other.id, at: now)
            return Joint.Done(subject: subject, fields: ["into": other.id.text])
        case .joined: return nil
        case .inService, .closed, .referred, .withdrawn: throw .past(state)
        }
    }
}
