import Happenings
import Identity
import Languages
import Markup
import Messaging
import Reference
import Storage
import Values
package import Web

/// An officer or liaison enters a need that came by telephone, on paper or from 12345 (clause 2.3b). It is recorded as entered by
/// them; the person is told, and takes it over by their own consent (`Takeover`), before which no expert sees it.
struct OnBehalf: Sendable {
    static let page = Path("needs/entries/new")
    let intake: Intake
    let reference: Reference

    static let sources: [Need.Source.Kind] = [.telephone, .paper, .line12345]
    static let source = Field<Need.Source.Kind>.choice("source", Words("怎么来的", "How it came"), of: sources) { $0.words }
    static let outerNumber = Field<String>.text("outerNumber", Words("外部编号", "Outer number"), hint: Words("如12345的工单号", "Such as the 12345 order number"), longest: 60, control: .line(short: true))
    static let outerDue = Field<Day>.day("outerDue", Words("外部时限", "Outer due day"))
    static let mobile = SignIn.mobile
    static let names = ["source", "outerNumber", "outerDue", "mobile", "statement", "domain", "urgency"] + WhoAsks.names.filter { !$0.hasPrefix("consent") }

    func show(_ visit: Visit, _ form: Form = Form()) async throws -> Answer {
        let day = visit.now.day
        let context = try await visit.read { WhoAsks.Context(places: try $0.places(on: day)) }
        return .page(
            Page(
                Words("替企业录入", "Enter for somebody"), word: "needs", width: .narrow, back: (Need.list(), Words("需求", "Needs")), wrongs: form.wrongs.count,
                """
                \(title(Words("替企业录入需求", "Enter a need for somebody"), "\(Words("录好后给本人发短信，本人登录就能接过去。", "The person gets a text message and can take it over by signing in."))"))
                \(form.summary)
                \(Web.form(OnBehalf.page(), """
                    \(form.show(OnBehalf.source))\(form.show(OnBehalf.outerNumber, optional: true))\(form.show(OnBehalf.outerDue, optional: true))\(form.show(OnBehalf.mobile))\
                    \(form.show(Draft.statement))\(unclassified)\(form.show(Draft.domain, optional: true))\(form.show(Draft.urgency))\
                    \(WhoAsks.show(form, context, reference, onBehalf: true))\
                    <p class="mt"><button class="btn go big">\(Words("录入，并告诉本人", "Enter it and tell the person"))</button></p>
                    """))
                """))
    }

    func save(_ visit: Visit) async throws -> Answer {
        var form = try await visit.form(OnBehalf.names)
        let source = form.value(OnBehalf.source)
        let number = form.optional(OnBehalf.outerNumber)
        let outerDue = form.optional(OnBehalf.outerDue)
        let mobile = form.value(OnBehalf.mobile)
        let statement = form.value(Draft.statement)
        let domain = form.optional(Draft.domain)
        let urgency = form.value(Draft.urgency)
        let day = visit.now.day
        let context = try await visit.read { WhoAsks.Context(places: try $0.places(on: day)) }
        let who = WhoAsks.read(&form, context, reference, onBehalf: true)
        guard form.isGood, let source, let mobile, let statement, let urgency, let who else { return try await show(visit, form) }
        let (viewer, now, address, intake) = (visit.viewer, visit.now, visit.address, intake)
        let place = try await visit.write(once: form) { tx in
            let may = try viewer.may(Permission<Entry, Need>.enter)
            let asker = try tx.findOrMakePerson(mobile: mobile.text, name: who.asker.name, now: now)
            let known = try tx.names(of: [asker])[asker] ?? ""
            let isNamed = known != "用户\(mobile.text.suffix(4))" && known != "User \(mobile.text.suffix(4))"
            let (enterprise, _) = try tx.settle(who, person: asker, naming: !isNamed, enteredBy: may.by, now: now)
            let need = try intake.take(
                .init(
                    asker: asker, enterprise: enterprise, companyName: who.companyName, region: who.region, statement: statement, domain: domain, urgency: urgency,
                    expert: nil, source: .init(source, outerNumber: number, outerDue: outerDue.map { Instant($0, 18) }, enteredBy: may.person), by: may.by),
                in: tx, now: now, address: address)
            // A thing entered outside one's own reach may not be seen: then it is not entered.
            guard viewer.could(Permission<See, Need>.see, need) else {
                throw Problem("need.foreignRegion", status: 409, Words("这个地区不归您这里", "This region is not yours"), Words("请转给那里的服务机构，或打12345。", "Please hand it to the institution there, or to hotline 12345."))
            }
            try tx.tell(
                Notice(
                    to: asker, .mustKnow, about: need.subject, key: "entered",
                    try tx.hasConsented(asker, to: .service)
                        ? Words("替您录了一条需求，编号\(need.number)，您可以登录查看和修改", "A need was entered for you, number \(need.number); sign in to see and change it")
                        : Words("替您录了一条需求，编号\(need.number)。请登录接过来：您同意后才给专家看", "A need was entered for you, number \(need.number). Please sign in and take it over: experts see it once you agree"),
                    place: Need.page(need.id).text), at: now)
            return Need.page(need.id)
        }
        return .see(place, saying: Words("录好了，短信发给本人了", "Entered; the person gets a text message"))
    }
}

package enum Entry {}

extension Permission where Deed == Entry, Noun == Need {
    package static var enter: Self { Permission("need.enter", [Grant(.officer, .institution), Grant(.liaison, .region)]) }
}
