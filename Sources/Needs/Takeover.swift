import Happenings
import Identity
import Languages
import Markup
import Storage
package import Values
import Web

/// The person takes over what somebody entered for them: they have read it, and agree that experts see it (P4). The same
/// deed gives back a consent that was withdrawn.
package enum Takeover {
    static let page = Path("needs/*/takeover", ID<Need>.self)

    package struct Done: Happening {
        package static let kind = "need.takenOver"
        package let subject: Subject
    }

    /// What the page says first while the consent is wanting; nil when it is there, or no longer matters.
    static func panel(_ need: Need, enteredBy name: String?, hasConsented: Bool, isAsker: Bool) -> HTML? {
        switch need.state {
        case .submitted, .triaged: if hasConsented { return nil }
        case .inService, .closed, .referred, .withdrawn, .joined: return nil
        }
        guard isAsker else {
            return say(
                .wait,
                "<p>\(Words("本人还没有同意给专家看。短信发给本人了；同意以后接着推荐专家。", "The person has not yet agreed that experts see it. They have a text message; proposals follow their consent."))</p>")
        }
        return """
            <section class="panel mb"><h2>\(name.map { Words("\($0)替您录的，请接过来", "\($0) entered this for you: please take it over") } ?? Words("请同意给专家看", "Please agree that experts see it"))</h2>
            <p>\(Words("看看写得对不对，不对就改一改。同意以前，专家看不到。", "See whether it is right, and change it where it is not. Until you agree no expert sees it."))</p>
            <p class="soft">\(Consent.Purpose.service.words)\(Words("。", "."))</p>
            \(button(page(need.id), Words("是我的，同意给专家看", "It is mine: show it to experts"), kind: "btn go"))</section>
            """
    }

    static func take(_ visit: Visit, _ id: ID<Need>) async throws -> Answer {
        let form = try await visit.form([])
        let (viewer, now, address) = (visit.viewer, visit.now, visit.address)
        let link = try await visit.write(once: form) { tx in
            let need = try tx.lock(id)
            let may = try viewer.may(Permission<Takeover, Need>.takeOver, need)
            guard try !tx.hasConsented(may.person, to: .service) else { return Need.page(id) }
            try tx.consent(may.person, to: .service, now: now, from: address)
            try tx.record(Done(subject: need.subject), by: may.by, at: now, from: address)
            return Need.page(id)
        }
        return .see(link, saying: Words("接过来了，现在给您找专家", "Taken over; we now look for an expert"))
    }
}

extension Permission where Deed == Takeover, Noun == Need {
    /// Nobody consents for somebody else.
    static var takeOver: Self { Permission("need.takeOver", [Grant(.owner, .own(.asker))]) }
}
