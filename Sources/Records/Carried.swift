package import Files
import Foundation
import Happenings
import Identity
import Languages
import Needs
import Storage
package import Values
package import Web

/// A record of another organisation, carried over with its paper (带入的记录): accepted by an officer, marked for what it is,
/// counted for stars and nowhere else, and never twice.
package struct Carried: Reachable, Sendable {
    package let id: ID<Carried>
    package let person: ID<Person>
    package let institution: ID<Organisation>
    package let region: String
    package let issuer: String
    package let number: String
    package let minutes: Minutes
    package let file: ID<StoredFile>
    package let at: Instant
    package let due: Instant
    package let accepted: Instant?
    package let refused: String?

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person]]) }
    package var subject: Subject { Subject(Carried.kind, id) }
    package static let kind = "carried"

    package static let list = Path("carried-records")
    static let acceptance = Path("carried-records/*/acceptance", ID<Carried>.self)
    static let refusal = Path("carried-records/*/refusal", ID<Carried>.self)

    package enum Decision {}
    package struct Brought: Happening { package static let kind = "carried.brought"; package let subject: Subject; package let fields: [String: String] }
    package struct Accepted: Happening { package static let kind = "carried.accepted"; package let subject: Subject; package let fields: [String: String] }
    package struct Refused: Happening { package static let kind = "carried.refused"; package let subject: Subject }

    static let issuerField = Field<String>.text("issuer", Words("出具证明的机构", "Who issued the certificate"), longest: 80, shortest: 2)
    static let numberField = Field<String>.text("number", Words("证明编号", "Its number"), longest: 60)
    static let hoursField = Field<String>("hours", Words("多少小时", "How many hours"), hint: Words("按证明上写的，如12.5", "As the paper says, such as 12.5"), .line(keyboard: "decimal", short: true)) { (typed: String) throws(Wrong) -> String in
        guard let hours = Double(typed), hours >= 0.5, hours <= 10_000 else { throw Wrong("请写小时数，如12.5", "Please write hours, such as 12.5") }
        return "\(Int(hours * 60))"
    }
    static let reasonField = Field<String>.area("reason", Words("为什么不收", "Why it is not taken"), longest: 300, shortest: 4, low: true)

    /// The same paper is the same however it is written, in wide characters or narrow ones too.
    static func key(_ text: String) -> String { text.precomposedStringWithCompatibilityMapping.lowercased().filter { $0.isLetter || $0.isNumber } }
}

extension Permission where Deed == Carried, Noun == Carried {
    static var bring: Self { Permission("carried.bring", [Grant(.expert, .own(.oneself))]) }
}
extension Permission where Deed == See, Noun == Carried {
    static var see: Self { Permission("carried.see", [Grant(.expert, .own(.oneself)), Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)]) }
}
extension Permission where Deed == Carried.Decision, Noun == Carried {
    static var decide: Self { Permission("carried.decide", [Grant(.officer, .institution), Grant(.head, .institution)]) }
}

extension Carried {
    static let twice = Problem("carried.twice", status: 409, Words("这张证明已经带入过了", "This certificate was carried over already"), Words("同一张证明只能计一次。", "The same certificate counts once."))
    static let ours = Problem("carried.ours", status: 409, Words("这是本平台机构的记录，已经计入", "It was recorded here, and counts already"), Words("不用再带入。", "There is nothing to carry over."))
}
