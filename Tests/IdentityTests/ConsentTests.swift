import Happenings
import Identity
import Storage
import TestSupport
import Testing
import Values

struct ConsentTests {
    @Test func `A consent that is withdrawn counts no more from that moment, and its history stays (P4)`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let person = try await database.write { try $0.makePerson(name: "王海燕", mail: nil, now: Bed.now) }
            func has(_ purpose: Consent.Purpose) async throws -> Bool { try await database.read { try $0.hasConsented(person, to: purpose) } }
            #expect(try await !has(.service))
            try await database.write { tx in
                try tx.consent(person, to: .service, now: Bed.time(1))
                try tx.consent(person, to: .service, now: Bed.time(2))
            }
            #expect(try await has(.service))
            #expect(try await !has(.training))
            try await database.write { tx in
                try tx.withdraw(person, from: .service, now: Bed.time(3))
                try tx.withdraw(person, from: .service, now: Bed.time(4))
            }
            #expect(try await !has(.service))
            try await database.write { try $0.consent(person, to: .service, now: Bed.time(5)) }
            #expect(try await has(.service))
            let (consents, happened) = try await database.read { (try $0.consents(of: person), try $0.happenings(of: Subject("person", person)).map(\.kind)) }
            #expect(consents.map(\.withdrawnAt) == [nil, Bed.time(3)])
            #expect(happened == ["consent.given", "consent.withdrawn", "consent.given"])
        }
    }
}
