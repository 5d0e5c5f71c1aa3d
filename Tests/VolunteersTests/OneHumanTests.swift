import Foundation
import HTTPTypes
import Identity
import Languages
import Markup
import Reference
import Storage
import TestSupport
import Testing
import Values
import Web

@testable import Volunteers

/// An applicant is reviewed, selected, signed for, appointed and said to be trained by other humans (A7).
struct OneHumanTests {
    /// What is done to an application or its expert, by whom, and whose name they must not bear.
    private enum Deed: CaseIterable {
        case review, select, countersign, appoint

        var by: Cast.Member { self == .review ? Cast.lin : Cast.head }
        var like: [Cast.Member] { self == .select || self == .appoint ? [Cast.shen, Cast.lin] : [Cast.shen] }
    }

    private static func act(_ deed: Deed, _ application: Application, _ tx: Transaction) throws {
        let now = Scene.now
        switch deed {
        case .review:
            try tx.save(Application.Review(isSuitable: true, reason: "合适", by: Cast.lin.id, at: now), of: application, by: try Scene.officer.may(.review, application), from: "")
        case .select:
            try tx.save(Application.Selection(isSelected: true, reason: "合适", by: Cast.head.id, at: now), of: application, reviewedBy: Cast.lin.id, by: try Scene.head.may(.select, application), from: "")
        case .countersign:
            try tx.keep(.init(by: Cast.head.id, at: now, proved: now), .institution, of: try #require(try tx.currentAgreement(of: Cast.shen.id)), name: "沈国强")
        case .appoint:
            let expert = try #require(try tx.expert(Cast.shen.id))
            try tx.appoint(expert, Scene.appointment(Cast.shen.id, "〔2026〕1号"), on: nil, by: try Scene.head.may(.appoint, expert), now: now, from: "")
        }
    }

    @Test func `By nobody who bears the name that stands on the application, or their colleague's before them`() async throws {
        try await onBothEngines(Scene.migrations) { database async throws in
            let application = try await ApplicationTests.application(database)
            // As a first sign-in by code calls the account: the application knows better.
            try await database.write { try $0.rename(Cast.shen.id, "用户0217") }
            for deed in Deed.allCases {
                for other in deed.like {
                    try await database.write { try $0.rename(deed.by.id, "\(other.name.prefix(1)) \(other.name.dropFirst())") }
                    let one = await #expect(throws: (any Error).self, "\(deed), \(other.name)") { try await database.write { try Self.act(deed, application, $0) } }
                    let words: Words? =
                        switch one {
                        case let refusal as Application.Refusal: refusal.words
                        case let refusal as ServiceAgreement.Refusal: refusal.words
                        case let refusal as Appointment.Refusal: refusal.words
                        default: nil
                        }
                    #expect(words?.chinese.contains("同名：\(other.name)") == true, "\(deed): \(String(describing: one))")
                }
                try await database.write { tx in
                    try tx.rename(deed.by.id, deed.by.name)
                    try Self.act(deed, application, tx)
                    if deed == .select {
                        let expert = try tx.enrol(application, enteredBy: Cast.lin.id, at: Scene.now)
                        let new = try tx.offerAgreement(to: expert, .init(hours: 40, ways: .both, domains: [.technology], from: Scene.today, until: Scene.today + 700), by: Cast.head.id, at: Scene.now)
                        try tx.keep(.init(by: Cast.shen.id, at: Scene.now, proved: Scene.now), .expert, of: new, name: "沈国强")
                    }
                }
            }
        }
    }

    @Test func `The pages say so beside the form, and keep what was typed`() async throws {
        try await onBothEngines(Scene.migrations) { database async throws in
            let application = try await ApplicationTests.application(database)
            try await database.write { try $0.rename(Cast.lin.id, "沈國強") }
            let house = try ApplicationTests.house(database)
            let officer = house.browser(as: Scene.officer)
            try await officer.open(Application.page(application.id))
            let refused = try await officer.post(Application.review(application.id), ["suitable": "yes", "reason": "专业对口，时间够"])
            #expect(refused.status == 422 && refused.has("同名") && refused.has("专业对口，时间够"))
            // Nor does one say of oneself that one was trained.
            try await database.write { tx in try tx.enterExpert(Scene.expert(Cast.shen.id, "沈国强")) }
            try await officer.open(Policy.list())
            let token = try #require(officer.page?.forms.lazy.flatMap(\.fields).first { $0.name == "token" })
            let body = "token=\(token.value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")&once=x"
            let page = try await officer.send(.post, Policy.training(Cast.shen.id).text, ["Content-Type": "application/x-www-form-urlencoded"], [UInt8](body.utf8))
            #expect(page.status == 403 && page.has("同名"))
        }
    }

    @Test func `The document that an expert signs with is known of both accounts`() async throws {
        try await onBothEngines(Scene.migrations) { database async throws in
            try await database.write { tx in
                try Scene.prepare(tx)
                for member in [Cast.shen, Cast.wang] {
                    _ = try tx.makePerson(name: member.name, mail: nil, id: member.id, now: Scene.now)
                    try tx.keepDocument(of: member.id, .resident, "330106195803120217", consentedAt: Scene.now)
                }
                #expect(try tx.oneHuman(Cast.shen.id, among: [Cast.wang.id])?.sign == .document)
            }
        }
    }
}
