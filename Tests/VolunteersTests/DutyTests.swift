import Identity
import Storage
import TestSupport
import Testing
import Values

@testable import Volunteers

struct DutyTests {
    private let today = Scene.today
    private let shen = Cast.shen.id
    private let li = Cast.wang.id
    private let lin = Cast.lin.id
    private let head = Cast.head.id

    private func duty(_ day: Day, _ person: ID<Person>, _ kind: Duty.Kind) -> Duty { Duty(institution: Cast.institution, day: day, person: person, kind: kind) }

    @Test func `A day without officer or expert is a gap`() {
        let duties = [duty(today, lin, .officer), duty(today, shen, .expert), duty(today + 1, lin, .officer), duty(today + 3, shen, .expert)]
        let gaps = Duty.gaps(from: today, days: 4, in: duties)
        #expect(gaps.map(\.day) == [today + 1, today + 2, today + 3])
        #expect(gaps.map(\.lacksOfficer) == [false, true, true])
        #expect(gaps.map(\.lacksExpert) == [true, true, false])
        #expect(Duty.gaps(from: today, days: 0, in: []).isEmpty)
    }

    @Test func `Filling in turn spreads the days, rests people, and takes nobody who is away`() {
        let gaps = Duty.gaps(from: today, days: 6, in: [])
        let filled = Duty.rotation(filling: gaps, of: Cast.institution, officers: [lin, head], experts: [shen, li], known: []) { person, day in person != shen || day != today }
        #expect(Duty.gaps(from: today, days: 6, in: filled).isEmpty)
        #expect(filled.first { $0.day == today && $0.kind == .expert }?.person == li)
        for person in [lin, head, shen, li] { #expect(filled.count { $0.person == person } == 3) }
        // With one officer alone every day is theirs.
        let alone = Duty.rotation(filling: gaps, of: Cast.institution, officers: [lin], experts: [], known: []) { _, _ in true }
        #expect(alone.count == 6)
        #expect(Duty.gaps(from: today, days: 6, in: alone).allSatisfy { !$0.lacksOfficer && $0.lacksExpert })
    }

    @Test func `The weeks after follow where nobody stands yet`() {
        let week = [duty(today, lin, .officer), duty(today, shen, .expert), duty(today + 1, lin, .officer)]
        let followers = Duty.followers(of: week, weeks: 2, taken: [today + 7]) { person, day in person != shen }
        #expect(followers == [duty(today + 8, lin, .officer), duty(today + 14, lin, .officer), duty(today + 15, lin, .officer)])
        #expect(Duty.followers(of: week, weeks: 0, taken: []) { _, _ in true }.isEmpty)
    }

    @Test func `Duties are read by day, and saving a day puts it in the place of what stood there`() async throws {
        try await onBothEngines(Scene.migrations) { database in
            let (today, lin, head) = (today, lin, head)
            let duties = [duty(today, lin, .officer), duty(today + 1, lin, .officer)]
            let again = [duty(today, head, .officer)]
            let other = Duty(institution: Cast.otherInstitution, day: today, person: Cast.stranger.id, kind: .officer)
            try await database.write { tx in
                try Scene.prepare(tx)
                try tx.setDuties(duties, of: Cast.institution, on: [today, today + 1])
                try tx.setDuties([other], of: Cast.otherInstitution, on: [today])
                try tx.setDuties(again, of: Cast.institution, on: [today])
            }
            let (first, second, foreign) = try await database.read {
                (try $0.onDuty(Cast.institution, today), try $0.onDuty(Cast.institution, today + 1), try $0.onDuty(Cast.otherInstitution, today))
            }
            #expect(first.map(\.person) == [head])
            #expect(second.map(\.person) == [lin])
            #expect(foreign == [other])
        }
    }
}
