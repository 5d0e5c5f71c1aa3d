package import Languages
import Storage
package import Values
package import Web

/// How far a person has come to speak for an enterprise (谁代表企业).
package enum SpeakerState: Sendable, Hashable {
    case none
    /// The first to come: an officer or liaison has yet to see the licence. Nothing confidential of the company is shown until then.
    case unconfirmed(since: Instant)
    /// Somebody else was there before: they or an officer approve. Neither learns who the other is before that.
    case asks(since: Instant)
    case confirmed(since: Instant)

    package var isConfirmed: Bool { if case .confirmed = self { true } else { false } }

    package var words: Words {
        switch self {
        case .none: Words("不代表这家企业", "Does not speak for it")
        case .unconfirmed: Words("待核对营业执照", "Licence not yet seen")
        case .asks: Words("等同事或服务专员同意", "Waiting for approval")
        case .confirmed: Words("已核对，可以代表企业", "Confirmed, may speak for it")
        }
    }
}

/// A person who speaks for an enterprise, or asks to.
package struct Speaker: Reachable, Sendable {
    /// In what capacity a person speaks for a company.
    package enum Capacity: String, CellCodable, CaseIterable {
        case legalRepresentative
        case agent

        package var words: Words {
            switch self {
            case .legalRepresentative: Words("法定代表人、经营者本人", "Legal representative or owner")
            case .agent: Words("受委托的员工、家人", "Authorised staff or family")
            }
        }
    }

    /// What an officer or liaison compared the company with.
    package enum Evidence: String, CellCodable, CaseIterable {
        case photo
        case original

        package var words: Words {
            switch self {
            case .photo: Words("看过执照照片，名称、信用代码一致", "Saw the photo of the licence; name and credit code agree")
            case .original: Words("看过执照原件", "Saw the licence itself")
            }
        }
    }

    /// Why a speaker cannot be confirmed, approved, declined or left: what is so, and what to do.
    package enum Refusal: Error, Sendable, Hashable {
        /// The state moved on meanwhile.
        case past(SpeakerState)
        /// Nobody confirms their own (A7).
        case own
        /// Nor the one of somebody who is taken for them.
        case oneHuman(OneHuman)
        /// A photo is said to have been seen, and there is none.
        case noPhoto
        /// The word that the two exchanged outside does not fit.
        case word
        /// Five wrong words in a quarter of an hour, whoever typed them.
        case tooMany

        package var words: Words {
            switch self {
            case .past(let state): Words("已经有人办过了，现在是：\(state.words.chinese)", "Somebody was quicker. It now stands at: \(state.words.english)")
            case .own: Words("自己的申请要由别人核对", "Your own request must be checked by somebody else")
            case .oneHuman(let one): one.words
            case .noPhoto: Words("这里还没有执照照片；看过原件就选“原件”", "There is no photo here yet; if you saw the licence itself, say so")
            case .tooMany: Words("错了5次，请过15分钟再试", "Five wrong words; please wait 15 minutes")
            case .word: Words("口令不对，请和同事再对一遍", "The word does not fit; please compare it with your colleague")
            }
        }
    }

    /// What waits for an officer or liaison.
    package static let list = Path("speakers")
    /// One's own standing, and for whoever may confirm it the licence and both answers.
    package static let page = Path("speakers/*", ID<Speaker>.self)
    package static let licence = Path("speakers/*/licence", ID<Speaker>.self)
    package static let confirmation = Path("speakers/*/confirmation", ID<Speaker>.self)
    package static let approval = Path("speakers/*/approval", ID<Speaker>.self)
    package static let refusal = Path("speakers/*/refusal", ID<Speaker>.self)
    package static let departure = Path("speakers/*/departure", ID<Speaker>.self)
    static let comingBack = Path("speakers/*/return", ID<Speaker>.self)

    package let id: ID<Speaker>
    package let enterprise: ID<Enterprise>
    package let person: ID<Person>
    package let capacity: Capacity
    package let state: SpeakerState
    /// The institution that confirms; nil where none is designated.
    package let institution: ID<Organisation>?
    /// The enterprise's.
    package let region: String
    /// Who else is confirmed for it, and so may approve.
    package let colleagues: [ID<Person>]
    /// Why it was declined last; empty when it was not.
    package let declined: String
    let leftAt: Instant?

    package var reach: Reach { Reach(institution: institution, region: region, people: [.oneself: [person], .colleague: Set(colleagues)]) }

    /// Whether an officer or liaison may confirm now: of the first person, and of those who ask.
    func confirm(by other: ID<Person>, _ evidence: Evidence, hasPhoto: Bool) throws(Refusal) {
        guard other != person else { throw .own }
        switch state {
        case .unconfirmed, .asks: break
        case .none, .confirmed: throw .past(state)
        }
        if evidence == .photo, !hasPhoto { throw .noPhoto }
    }

    /// Whether a confirmed colleague may approve now: only those who ask, and only knowing the word.
    func approve(by other: ID<Person>, wordFits: Bool) throws(Refusal) {
        guard other != person else { throw .own }
        guard case .asks = state else { throw .past(state) }
        guard wordFits else { throw .word }
    }

    func decline(by other: ID<Person>) throws(Refusal) {
        guard other != person else { throw .own }
        switch state {
        case .unconfirmed, .asks: break
        case .none, .confirmed: throw .past(state)
        }
    }
}

// The deeds, for their permissions.
package enum SpeakerConfirmation {}
package enum SpeakerApproval {}

extension Permission where Deed == SpeakerDesk, Noun == Speaker {
    /// Those who confirm, and the auditor, who reads all and writes nothing (A8).
    static var seeSpeakers: Self { Permission("speaker.see", [Grant(.officer, .institution), Grant(.liaison, .region), Grant(.auditor, .anywhere)]) }
}

extension Permission where Deed == SpeakerConfirmation, Noun == Speaker {
    /// An officer of the institution, or the liaison of the region, has seen the licence.
    package static var confirmSpeaker: Self { Permission("speaker.confirm", [Grant(.officer, .institution), Grant(.liaison, .region)]) }
}

extension Permission where Deed == SpeakerApproval, Noun == Speaker {
    /// Who is confirmed already approves a colleague.
    package static var approveSpeaker: Self { Permission("speaker.approve", [Grant(.owner, .own(.colleague))]) }
}

/// The rule of states from a row and its neighbours, in one place: stored are only the deeds.
extension SpeakerState {
    init(asked: Instant, confirmed: Instant?, declined: Instant?, left: Instant?, others: Bool) {
        if left != nil || declined != nil {
            self = .none
        } else if let confirmed {
            self = .confirmed(since: confirmed)
        } else {
            self = others ? .asks(since: asked) : .unconfirmed(since: asked)
        }
    }
}
