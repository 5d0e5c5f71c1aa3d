import Identity
import Languages
import Markup
import Reference
import Storage
import TestSupport
import Testing
import Values
import Web

struct WhoAsksTests {
    static let served = WhoAsks.Context(places: Places(served: [RegionCode("330000")].compactMap { $0 }))

    static func form(_ changes: [String: String]) -> Form {
        var fields = [
            "who": "enterprise", "company": "黄岩青禾模具有限公司", "creditCode": "91330106MA2AL02173", "industry": "35", "persons": "11", "region": "331003",
            "name": "王海燕", "capacity": "legalRepresentative", "consentService": "yes",
        ]
        for (name, value) in changes { fields[name] = value }
        return Form(fields.filter { !$0.value.isEmpty }.mapValues { [$0] })
    }

    static func read(_ changes: [String: String], _ context: WhoAsks.Context = served) -> (answer: WhoAsks.Answer?, wrongs: Set<String>, page: String) {
        var form = form(changes)
        let answer = WhoAsks.read(&form, context, .bundled)
        return (answer, Set(form.wrongs.map(\.name)), String(decoding: WhoAsks.show(form, context, .bundled).bytes, as: UTF8.self))
    }

    /// A code with the check character that belongs to it.
    static let code: String = {
        for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" { if let code = try? CreditCode("91330106MA2AL0217" + String(last)) { return code.text } }
        return ""
    }()

    @Test func `The size class is computed and shown before one goes on`() {
        let first = WhoAsksTests.read(["creditCode": WhoAsksTests.code])
        #expect(first.answer == nil)
        #expect(first.wrongs == [])
        #expect(first.page.contains("微型"))
        #expect(first.page.contains("从业人员11人"))
        let second = WhoAsksTests.read(["creditCode": WhoAsksTests.code, "sizeSeen": "micro"])
        guard case .enterprise(let facts, let by)? = second.answer else { Issue.record("no answer"); return }
        #expect(facts.size == .micro)
        #expect(by.consents == [.service])
        // Another figure, another class: it is shown anew.
        #expect(WhoAsksTests.read(["creditCode": WhoAsksTests.code, "sizeSeen": "micro", "persons": "25", "revenue": "300"]).answer == nil)
    }

    @Test func `A large company is kindly told where else to turn, whatever it sends along`() {
        for seen in ["", "micro", "large"] {
            let (answer, wrongs, page) = WhoAsksTests.read(["creditCode": WhoAsksTests.code, "persons": "1000", "revenue": "40000", "sizeSeen": seen])
            #expect(answer == nil)
            #expect(wrongs == [])
            #expect(page.contains("12345"))
        }
        #expect(WhoAsksTests.read(["creditCode": WhoAsksTests.code, "persons": "999", "revenue": "40000", "sizeSeen": "medium"]).answer != nil)
    }

    /// What is left out or wrong, and the fields that say so.
    static let table: [(changes: [String: String], wrongs: Set<String>)] = [
        (["who": ""], ["who"]), (["who": "known:\(ID<Enterprise>().text)"], ["who"]), (["who": "government"], ["who"]),
        (["company": ""], ["company"]), (["creditCode": ""], ["creditCode"]), (["creditCode": "9133"], ["creditCode"]),
        (["creditCode": "91330106MA2AL0217O"], ["creditCode"]), (["industry": ""], ["industry"]), (["industry": "C"], ["industry"]),
        (["industry": "99"], ["industry"]), (["persons": ""], ["persons"]), (["persons": "-3"], ["persons"]), (["persons": "viel"], ["persons"]),
        (["persons": "25"], ["revenue"]), (["region": ""], ["region"]), (["region": "330000"], ["region"]), (["region": "331000"], ["region"]),
        (["region": "999999"], ["region"]), (["region": "elsewhere"], ["region"]), (["name": ""], ["name"]), (["capacity": ""], ["capacity"]),
        (["capacity": "boss"], ["capacity"]), (["consentService": ""], ["consentService"]), (["who": "founding", "region": ""], ["region"]),
        (["who": "selfEmployed", "creditCode": "1"], ["creditCode"]), (["industry": "70"], ["industry"]),
    ]

    @Test func `What is missing or wrong is said beside its field`() {
        for (changes, wrongs) in WhoAsksTests.table {
            let found = WhoAsksTests.read(["creditCode": WhoAsksTests.code].merging(changes) { $1 })
            #expect(found.answer == nil, "\(changes)")
            #expect(found.wrongs == wrongs, "\(changes)")
        }
    }

    @Test func `Who is founding needs no company, and a stall needs no code and no figures`() {
        let founding = WhoAsksTests.read(["who": "founding", "company": "", "creditCode": "", "industry": "", "persons": "", "capacity": "", "plan": "社区烘焙店"])
        guard case .founding("331003", "社区烘焙店", _)? = founding.answer else { Issue.record("no answer"); return }
        let stall = WhoAsksTests.read(["who": "selfEmployed", "creditCode": "", "industry": "52", "persons": ""])
        guard case .selfEmployed(let facts, _)? = stall.answer else { Issue.record("no answer"); return }
        #expect(facts.creditCode == nil)
        #expect(facts.size == nil)
    }

    @Test func `A place outside is found in two steps, and nothing that was typed is lost`() {
        let first = WhoAsksTests.read(["region": "elsewhere", "creditCode": WhoAsksTests.code])
        #expect(first.page.contains("name=\"province\""))
        let second = WhoAsksTests.read(["region": "", "province": "440000", "creditCode": WhoAsksTests.code, "sizeSeen": "micro"])
        #expect(second.page.contains("440106"))
        #expect(second.page.contains("王海燕"))
        #expect(WhoAsksTests.read(["region": "441900", "province": "440000", "creditCode": WhoAsksTests.code, "sizeSeen": "micro"]).answer?.region == "441900")
        let nobody = WhoAsks.Context(places: Places(served: []))
        #expect(WhoAsksTests.read(["region": ""], nobody).page.contains("name=\"province\""))
    }

    @Test func `Consent is never ticked in advance, and not asked again where it was given`() {
        let empty = String(decoding: WhoAsks.show(Form(), WhoAsksTests.served, .bundled).bytes, as: UTF8.self)
        #expect(empty.contains("consentTraining"))
        #expect(!empty.contains("checked"))
        let given = WhoAsks.Context(places: Places(served: []), given: [.service, .training])
        #expect(!String(decoding: WhoAsks.show(Form(), given, .bundled).bytes, as: UTF8.self).contains("consentService"))
    }

    @Test func `An answer is kept: name, consent, company, standing; a stranger who types the code corrects nothing`() async throws {
        try await onBothEngines(Bed.migrations) { database in
            let scene = try await database.write { try SpeakerTests.Scene($0) }
            var facts = SpeakerTests.Scene.facts
            facts.persons = 12
            let by = WhoAsks.Asker(name: "王小燕", capacity: .legalRepresentative, consents: [.service])
            let mine = facts
            let first = try await database.write { try $0.settle(.enterprise(mine, by: by), person: scene.wang, now: Bed.time(1)) }
            #expect(first.enterprise == scene.enterprise)
            #expect(first.state == .unconfirmed(since: Bed.time(1)))
            facts.persons = 9999
            facts.name = "别的名字"
            let theirs = facts
            let second = try await database.write { try $0.settle(.enterprise(theirs, by: by), person: scene.li, now: Bed.time(2)) }
            #expect(second.state == .asks(since: Bed.time(2)))
            let (kept, context) = try await database.read { (try $0.enterprise(scene.enterprise), try $0.whoAsks(scene.wang, on: Bed.now.day)) }
            #expect(kept?.persons == 12)
            #expect(kept?.name == SpeakerTests.Scene.facts.name)
            let again = WhoAsksTests.read(["who": "known:\(scene.enterprise)", "consentService": "", "company": "", "capacity": ""], context)
            #expect(again.answer != nil)
            let none = try await database.write { try $0.settle(.founding(region: "331003", plan: nil, by: by), person: scene.li, now: Bed.time(3)) }
            #expect(none.enterprise == nil)
        }
    }
}
