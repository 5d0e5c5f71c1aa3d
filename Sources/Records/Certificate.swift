import Happenings
import Identity
package import Languages
import Markup
import Needs
package import Papers
import Reference
import Storage
package import Values
package import Web

/// A certificate of volunteer service (志愿服务记录证明, decree 67; clause 4.1d): asked for by the expert for a period of whole
/// months, checked by an officer, issued by the head, and seven days in the institution's internal notice. Three persons.
package struct Certificate: Reachable, Sendable {
    package let id: ID<Certificate>
    package let person: ID<Person>
    package let institution: ID<Organisation>
    package let region: String
    /// Months, `2026-03`; both are in it.
    package let from: String
    package let until: String
    package let at: Instant
    package let due: Instant
    package let check: Check?
    package let issue: Issue?
    package let refusal: Refusal?
    /// The expert has had themselves erased: what was said of them is shown to nobody (个人信息保护法 art. 47).
    package var isHolderErased = false

    package struct Check: Sendable, Equatable {
        package let by: ID<Person>
        package let minutes: Minutes
        package let records: Int
        package let at: Instant
    }
    package struct Issue: Sendable, Equatable {
        package let by: ID<Person>
        package let paper: ID<Paper>
        package let at: Instant
        package let noticeUntil: Instant
    }
    package struct Refusal: Sendable, Equatable {
        package let by: ID<Person>
        package let reason: String
        package let at: Instant
    }

    /// Read from its deeds and the day: nothing stores it.
    package enum State: Sendable, Equatable {
        case requested, checked, refused
        /// In the internal notice.
        case noticed(until: Instant)
        case issued

        package var words: Words {
            switch self {
            case .requested: Words("等核对", "To be checked")
            case .checked: Words("等签发", "To be issued")
            case .noticed: Words("公示中", "In the notice")
            case .issued: Words("已签发", "Issued")
            case .refused: Words("没有出具", "Not issued")
            }
        }
    }

    package func state(at now: Instant) -> State {
        if let issue { return now < issue.noticeUntil ? .noticed(until: issue.noticeUntil) : .issued }
        if refusal != nil { return .refused }
        return check == nil ? .requested : .checked
    }

    package enum Deed: String, CaseIterable, Sendable { case check, refuse, issue, object }

    /// Whether a deed is drawn from this state; who may do it is the permission's matter.
    package func allows(_ deed: Deed, at now: Instant) -> Bool {
        switch (deed, state(at: now)) {
        case (.check, .requested), (.check, .checked), (.refuse, .requested), (.refuse, .checked), (.issue, .checked), (.object, .noticed): true
        default: false
        }
    }

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person]]) }
    package var subject: Subject { Subject(Certificate.kind, id) }
    /// Half an hour: less than that, floored, would be a certificate of nothing.
    static let fewest = Minutes(30)
    package static let kind = "certificate"
    /// Its period, in either language.
    var months: String { "\(from) – \(until)" }
    var objectionSubject: Subject { Subject("certificateObjection", id) }

    /// The half hours that the paper shows: what is left over is not lost, it stays in the records.
    static func halfHours(_ minutes: Minutes) -> Int { minutes.count / 30 }
    /// As it is printed, `12.5`: whole half hours, rounded down.
    package static func hours(_ minutes: Minutes) -> String { halfHours(minutes) % 2 == 0 ? "\(halfHours(minutes) / 2)" : "\(halfHours(minutes) / 2).5" }

    package static let list = Path("certificates")
    package static let page = Path("certificates/*", ID<Certificate>.self)
    static let request = Path("certificates/new")
    static let notice = Path("certificates/notice")
    static let checkPage = Path("certificates/*/check", ID<Certificate>.self)
    static let refusalPage = Path("certificates/*/refusal", ID<Certificate>.self)
    static let issuePage = Path("certificates/*/issue", ID<Certificate>.self)
    static let objection = Path("certificates/*/objection", ID<Certificate>.self)
    static let answer = Path("certificates/*/objection/answer", ID<Certificate>.self)

    package enum Request {}
    package enum Notice {}
    package enum Answer {}

    package struct Requested: Happening { package static let kind = "certificate.requested"; package let subject: Subject }
    package struct Checked: Happening { package static let kind = "certificate.checked"; package let subject: Subject; package let fields: [String: String] }
    package struct Refused: Happening { package static let kind = "certificate.refused"; package let subject: Subject }
    package struct Issued: Happening { package static let kind = "certificate.issued"; package let subject: Subject; package let fields: [String: String] }
    package struct ObjectedTo: Happening { package static let kind = "certificate.objectedTo"; package let subject: Subject }
    package struct Answered: Happening { package static let kind = "certificate.answered"; package let subject: Subject; package let fields: [String: String] }
}

extension Permission where Deed == Certificate.Request, Noun == Certificate {
    /// Whoever serves or served: a certificate is issued on request (ordinance art. 19), also when the appointment is over.
    package static var request: Self { Permission("certificate.request", [Grant(.expert, .own(.oneself)), Grant(.owner, .own(.oneself))]) }
}
extension Permission where Deed == See, Noun == Certificate {
    static var see: Self {
        Permission("certificate.see", [Grant(.expert, .own(.oneself)), Grant(.owner, .own(.oneself)), Grant(.officer, .institution), Grant(.head, .institution), Grant(.auditor, .anywhere)])
    }
}
extension Permission where Deed == Certificate.Check, Noun == Certificate {
    package static var check: Self { Permission("certificate.check", [Grant(.officer, .institution)]) }
}
extension Permission where Deed == Certificate.Issue, Noun == Certificate {
    package static var issue: Self { Permission("certificate.issue", [Grant(.head, .institution)]) }
}
extension Permission where Deed == Certificate.Notice, Noun == Certificate {
    /// Everybody of the institution reads its internal notice and may object.
    package static var notice: Self { Permission("certificate.notice", [Grant(.officer, .institution), Grant(.head, .institution), Grant(.expert, .institution)]) }
}
extension Permission where Deed == Certificate.Answer, Noun == Certificate {
    package static var answer: Self { Permission("certificate.answer", [Grant(.head, .institution), Grant(.officer, .institution)]) }
}

/// An objection to a certificate that stands in the notice.
struct CertificateObjection: Sendable {
    let id: ID<CertificateObjection>
    let by: ID<Person>
    let words: String
    let due: Instant
    let answer: (by: ID<Person>, upheld: Bool, reason: String)?
}

struct Served: Sendable, Equatable {
    let minutes: Minutes
    let records: Int
    let firms: Int
    let solutions: Int
    /// The last number of the public export that it takes in.
    let upTo: Int
}
