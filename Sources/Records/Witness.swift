package import Cases
import Happenings
import Identity
import Languages
package import Storage
package import Values
import Web

/// What the owner adds to a session while it is held: on site the code on their telephone, which the expert types on the
/// spot; at a distance their own "we have begun".
package struct Witness: Sendable, Equatable {
    package let kind: Kind
    package let by: ID<Person>
    package let at: Instant

    package enum Kind: String, CellCodable, Sendable {
        case visitCode, ownerBegun
        var evidence: Evidence.Kind { self == .visitCode ? .visitCode : .ownerBegun }
    }

    static let begun = Path("meetings/*/witness", ID<Meeting>.self)
    static let visit = Path("meetings/*/visit", ID<Meeting>.self)
    static let tries = 5

    package struct Given: Happening { package static let kind = "record.witnessed"; package let subject: Subject; package let fields: [String: String] }

    /// Six digits that only the owner's page shows, and only around the visit.
    package static func code(_ meeting: ID<Meeting>, _ vault: Vault) -> String {
        let number = vault.hash(meeting.text, for: "visit code").utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 } % 1_000_000
        return String(repeating: "0", count: 6 - "\(number)".count) + "\(number)"
    }

    /// From half an hour before the agreed time until the end is pressed.
    static func isOpen(_ meeting: Meeting, at now: Instant) -> Bool {
        switch meeting.state {
        case .agreed(let at): now > at - .minutes(30) && now < at + .hours(12)
        case .running: true
        default: false
        }
    }

    static let codeField = Field<String>("code", Words("到访码", "Visit code"), hint: Words("6位数字，在企业手机的这一页上", "Six digits, on this page of the owner's telephone"), .line(keyboard: "numeric", short: true)) { (typed: String) throws(Wrong) -> String in
        let digits = typed.filter { !$0.isWhitespace }
        guard digits.utf8.count == 6, digits.utf8.allSatisfy({ (48...57).contains($0) }) else { throw Wrong("到访码是6位数字", "The visit code has six digits") }
        return digits
    }

    /// The owner's side.
    package enum Owner {}
}

extension Permission where Deed == Witness.Owner, Noun == Case {
    static var witness: Self { Permission("meeting.witness", [Grant(.owner, .own(.asker)), Grant(.colleague, .own(.colleague))]) }
}

extension Permission where Deed == Witness, Noun == Case {
    static var visit: Self { Permission("meeting.visit", [Grant(.expert, .own(.expert))]) }
}

extension Witness {
    static let past = Problem(
        "witness.past", status: 409, Words("现在不是时候", "Not now"),
        Words("约定时间前半小时到结束之间才能按。谈过了又没有按，请马上拍现场服务单或传通话记录，过时不能计入。", "It can be pressed from half an hour before the agreed time until the end. If it was forgotten, add a signed sheet or a call log at once: later it counts no more."))
    static let onSite = Problem(
        "witness.onSite", status: 409, Words("入企用到访码", "On site the visit code is used"), Words("请把这一页上的6位数字给专家看。", "Please show the expert the six digits on this page."))
    static let tooMany = Problem(
        "witness.tooMany", status: 429, Words("输错5次了", "Wrong five times"),
        Words("这次不能再用到访码。请当场填一张现场服务单，双方签字后拍照上传。", "The code cannot be used any more. Please fill in a service sheet on the spot, sign it both, and send a photo."), retryAfter: 3600)
}
