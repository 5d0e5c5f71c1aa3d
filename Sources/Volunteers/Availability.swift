import Happenings
import Identity
import Storage
package import Values
package import Web

/// What experts set themselves: how many new cases a week, when they can be met, what the directory says of them.
package struct Availability: Sendable {
    var weeklyLimit: Int
    var freeTimes: [FreeTime]

    package static let page = Path("experts/*/availability", ID<Person>.self)
    static let biography = Path("experts/*/biography", ID<Person>.self)
}

/// A time without new cases (暂停接单); the directory shows the first time after it. Undone by taking it away.
package struct Pause: Sendable {
    package let from: Day
    package let until: Day

    static let place = Path("experts/*/pause", ID<Person>.self)
    /// Back to work: the pause is taken away.
    static let resumption = Path("experts/*/resumption", ID<Person>.self)
}

// An expert who calls can have it set by an officer.
extension Permission where Deed == Availability, Noun == Expert {
    static var setAvailability: Self { Permission("expert.setAvailability", [Grant(.expert, .own(.oneself)), Grant(.officer, .institution)]) }
}

extension Permission where Deed == Pause, Noun == Expert {
    package static var pause: Self { Permission("expert.pause", [Grant(.expert, .own(.oneself)), Grant(.officer, .institution)]) }
}

extension Expert {
    package struct AvailabilitySet: Happening {
        package static let kind = "expert.availabilitySet"
        package let subject: Subject
    }
    package struct BiographySet: Happening {
        package static let kind = "expert.biographySet"
        package let subject: Subject
    }
    package struct Paused: Happening {
        package static let kind = "expert.paused"
        package let subject: Subject
        package let fields: [String: String]
    }
    package struct Resumed: Happening {
        package static let kind = "expert.resumed"
        package let subject: Subject
    }
}

extension Transaction {
    func set(_ expert: Expert, by may: May<Availability, Expert>, _ happening: some Happening, at now: Instant, from address: String) throws {
        try update(expert)
        try list(expert, now: now)
        try record(happening, by: may.by, at: now, from: address)
    }

    /// A new pause takes the place of the old one.
    func pause(_ expert: inout Expert, _ pause: Pause, by may: May<Pause, Expert>, at now: Instant, from address: String) throws {
        expert.pause = (pause.from, pause.until)
        try setPause(of: expert, at: now)
        try list(expert, now: now)
        try record(
            Expert.Paused(subject: expert.subject, fields: ["from": "\(pause.from)", "until": "\(pause.until)"]), by: may.by, at: now, from: address)
    }

    /// May be repeated: who does not pause goes on working.
    func resume(_ expert: inout Expert, by may: May<Pause, Expert>, at now: Instant, from address: String) throws {
        guard expert.pause != nil else { return }
        expert.pause = nil
        try setPause(of: expert, at: now)
        try list(expert, now: now)
        try record(Expert.Resumed(subject: expert.subject), by: may.by, at: now, from: address)
    }
}
