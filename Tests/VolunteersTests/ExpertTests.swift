import Languages
import Reference
import TestSupport
import Testing
import Values

@testable import Volunteers

struct ExpertTests {
    static let today = Scene.today

    static func expert(_ appointments: [Appointment], pause: (from: Day, until: Day)? = nil) -> Expert {
        var expert = Scene.expert(Cast.shen.id, "沈国强")
        expert.appointments = appointments
        expert.pause = pause
        return expert
    }

    static func old(_ from: Day, _ until: Day, ended: Bool = false) -> Appointment {
        var one = Scene.appointment(Cast.shen.id, "〔2024〕1号", from, until)
        if ended { one.ending = Appointment.Ending(reason: "辞聘", by: Cast.head.id, at: Scene.now) }
        return one
    }

    enum Result: Equatable { case done, refused(String) }

    /// Each state, and what appointing (from today for two years) and ending do to it.
    static let table: [(name: String, expert: Expert, state: Expert.State, appoint: Result, end: Result)] = [
        ("entered", expert([]), .entered, .done, .refused("notAppointed")),
        ("coming", expert([old(today + 10, today + 400)]), .coming(from: today + 10), .refused("overlaps"), .done),
        ("appointed", expert([old(today + -10, today + 400)]), .appointed(until: today + 400), .refused("overlaps"), .done),
        ("appointed, last day", expert([old(today + -10, today)]), .appointed(until: today), .refused("overlaps"), .done),
        ("paused", expert([old(today + -10, today + 400)], pause: (today, today + 5)), .paused(until: today + 5), .refused("overlaps"), .done),
        ("expired", expert([old(today + -400, today + -1)]), .expired(on: today + -1), .done, .refused("notAppointed")),
        ("ended", expert([old(today + -10, today + 400, ended: true)]), .ended(on: today), .done, .refused("notAppointed")),
    ]

    @Test(arguments: table.indices) func `Only the drawn deeds succeed in each state (A6)`(_ place: Int) {
        let row = Self.table[place]
        #expect(row.expert.state(on: Self.today) == row.state, "\(row.name)")
        #expect(Self.appoint(row.expert, by: Cast.head.id) == row.appoint, "\(row.name)")
        var ended = row.expert
        #expect(Self.result { () throws(Appointment.Refusal) in _ = try ended.end(Appointment.Ending(reason: "辞聘", by: Cast.head.id, at: Scene.now)) } == row.end, "\(row.name)")
        if row.end == .done { #expect(ended.state(on: Self.today) == .ended(on: Self.today)) }
    }

    @Test(arguments: table.indices) func `Whoever entered an expert never appoints them, in any state (A7)`(_ place: Int) {
        #expect(Self.appoint(Self.table[place].expert, by: Cast.lin.id) == .refused("enteredByYou"))
    }

    @Test(arguments: table.indices) func `Nobody issues their own letter, though they head the institution (A7)`(_ place: Int) {
        #expect(Self.appoint(Self.table[place].expert, by: Cast.shen.id) == .refused("yourOwn"))
    }

    @Test func `A term ends after today and is at most five years; a renewal begins the day after`() throws {
        func appoint(_ expert: Expert, _ from: Day, _ until: Day) -> Result {
            var expert = expert
            return Self.result { () throws(Appointment.Refusal) in _ = try expert.appoint(Scene.appointment(Cast.shen.id, "〔2026〕9号", from, until), today: Self.today) }
        }
        let today = Self.today
        #expect(appoint(Self.expert([]), today + -5, today) == .refused("isOver"))
        #expect(appoint(Self.expert([]), today, today + 1) == .done)
        // A letter of today says nothing of years in which nobody was bound by it.
        #expect(appoint(Self.expert([]), today + -1, today + 400) == .refused("backdated"))
        #expect(appoint(Self.expert([]), today + -1400, today + 400) == .refused("backdated"))
        #expect(appoint(Self.expert([]), today, today + 5 * 366) == .done)
        #expect(appoint(Self.expert([]), today, today + 5 * 366 + 1) == .refused("tooLong"))
        let running = Self.expert([Self.old(today + -10, today + 20)])
        #expect(appoint(running, today + 20, today + 400) == .refused("overlaps"))
        #expect(appoint(running, today + 21, today + 400) == .done)
    }

    @Test func `Appointing twice with the same letter does nothing the second time`() throws {
        var expert = Self.expert([])
        let letter = Scene.appointment(Cast.shen.id, "〔2026〕9号", Scene.today)
        #expect(try expert.appoint(letter, today: Self.today))
        #expect(try !expert.appoint(letter, today: Self.today))
        #expect(expert.appointments.count == 1)
    }

    @Test func `The next free time is the rest of this one, the next half hour, or the day after a pause`() {
        // Monday the 23rd, ten in the morning.
        func next(_ free: [FreeTime], at hour: Int = 10, _ minute: Int = 0, pause: (from: Day, until: Day)? = nil) -> Instant? {
            var expert = Scene.expert(Cast.shen.id, "沈国强", free: free)
            expert.pause = pause
            return expert.nextFree(after: Instant(Self.today, hour, minute))
        }
        let (mondayMorning, thursday) = (Scene.free(1, 9, 12), Scene.free(4, 14, 16))
        let today = Self.today
        #expect(next([]) == nil)
        #expect(next(mondayMorning, at: 8) == Instant(today, 9))
        #expect(next(mondayMorning) == Instant(today, 10))
        #expect(next(mondayMorning, at: 10, 1) == Instant(today, 10, 30))
        #expect(next(mondayMorning, at: 11, 30) == Instant(today, 11, 30))
        #expect(next(mondayMorning, at: 11, 31) == Instant(today + 7, 9))
        #expect(next(mondayMorning + thursday, at: 11, 31) == Instant(today + 3, 14))
        #expect(next(mondayMorning, pause: (today, today)) == Instant(today + 7, 9))
        #expect(next(mondayMorning, pause: (today + -3, today + 7)) == Instant(today + 14, 9))
        #expect(next(thursday, pause: (today + 2, today + 40)) == Instant(today + 45, 14))
        #expect(next(mondayMorning + thursday, pause: (today + 1, today + 3)) == Instant(today, 10))
    }

    @Test func `A free time that has passed is known to have passed at the very minute`() throws {
        let expert = Scene.expert(Cast.shen.id, "沈国强", free: Scene.free(1, 9, 12))
        let stretch = try #require(expert.nextStretch(from: Scene.now))
        #expect(stretch.past == Instant(Self.today, 11, 31))
        #expect(expert.nextFree(after: stretch.past - .minutes(1)) == Instant(Self.today, 11, 30))
        #expect(expert.nextFree(after: stretch.past) == Instant(Self.today + 7, 9))
    }

    @Test func `Free times are kept as they were said, and nonsense is left out`() {
        let times = (Scene.free(3, 14, 17) + Scene.free(1, 9, 12)).sorted()
        #expect([FreeTime](spelled: times.spelled) == times)
        #expect(times.spelled == "1:540-720,3:840-1020")
        #expect(FreeTime(weekday: 0, from: 540, until: 720) == nil)
        #expect(FreeTime(weekday: 8, from: 540, until: 720) == nil)
        #expect(FreeTime(weekday: 1, from: 540, until: 569) == nil)
        #expect(FreeTime(weekday: 1, from: 1420, until: 1450) == nil)
    }

    private static func appoint(_ expert: Expert, by person: ID<Person>) -> Result {
        var expert = expert
        return result { () throws(Appointment.Refusal) in
            _ = try expert.appoint(Scene.appointment(Cast.shen.id, "〔2026〕9号", today, today + 700, by: person), today: today)
        }
    }

    private static func result(_ deed: () throws(Appointment.Refusal) -> Void) -> Result {
        do throws(Appointment.Refusal) { try deed() } catch {
            switch error {
            case .enteredByYou: return .refused("enteredByYou")
            case .yourOwn: return .refused("yourOwn")
            case .oneHuman: return .refused("oneHuman")
            case .overlaps: return .refused("overlaps")
            case .isOver: return .refused("isOver")
            case .backdated: return .refused("backdated")
            case .tooLong: return .refused("tooLong")
            case .notAppointed: return .refused("notAppointed")
            case .agreementOpen: return .refused("agreementOpen")
            case .agreementLater: return .refused("agreementLater")
            }
        }
        return .done
    }
}
