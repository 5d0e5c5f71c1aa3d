package import Languages
package import Values

/// A document on A4 as a value: what it says, not where it stands. Paper speaks 宋体 and begins with the same line as
/// every page on screen.
///
/// The same paper always gives the same bytes: nothing is read from a clock or drawn by chance.
package struct Document: Sendable {
    package var title: String
    package var language: Language
    /// At the head, beside the mark: under whose name this is sent.
    package var issuer: String
    /// A small line above the title: what kind of document this is.
    package var kicker: String?
    /// Below the title and in the footer, as `浙企志聘〔2025〕317号`.
    package var number: String?
    package var facts: [Fact]
    package var blocks: [Block]
    package var closing: Closing?
    /// Who made it; in the footer and as the author in the file's properties.
    package var maker: String
    /// In the footer, as it is to be read: `第2版`.
    package var version: String?
    package var made: Instant
    /// A letter of few lines, as 聘书: large, with room below for the seal.
    package var isLetter: Bool

    package init(
        title: String, language: Language = .chinese, issuer: String, kicker: String? = nil, number: String? = nil,
        facts: [Fact] = [],
        blocks: [Block] = [], closing: Closing? = nil, maker: String, version: String? = nil, made: Instant,
        isLetter: Bool = false
    ) {
        self.title = title
        self.language = language
        self.issuer = issuer
        self.kicker = kicker
        self.number = number
        self.facts = facts
        self.blocks = blocks
        self.closing = closing
        self.maker = maker
        self.version = version
        self.made = made
        self.isLetter = isLetter
    }

    /// A row of the table below the title.
    package struct Fact: Hashable, Sendable {
        package var label: String
        package var value: String

        package init(_ label: String, _ value: String) {
            self.label = label
            self.value = value
        }
    }

    /// How a paper that can be checked ends: a square code on the left with a note below it, and on the right who issued it,
    /// who signs, and the day, with room for the seal over them.
    package struct Closing: Hashable, Sendable {
        /// What the square code says; nothing is drawn for an empty text.
        package var code: String
        package var note: [String]
        package var lines: [String]

        package init(code: String = "", note: [String] = [], lines: [String]) {
            self.code = code
            self.note = note
            self.lines = lines
        }
    }

    /// Something to be done: what, by whom and by when, as the reader is told.
    package struct Step: Hashable, Sendable {
        package var what: String
        package var who: String
        package var when: String

        package init(_ what: String, who: String, when: String) {
            self.what = what
            self.who = who
            self.when = when
        }
    }

    package enum Block: Hashable, Sendable {
        /// Level 1 stands below the title, level 2 below that; there is no third.
        case heading(String, level: Int = 1)
        /// A line break begins a new paragraph.
        case paragraph(String)
        /// Numbered, along the line that leads from need to solution.
        case steps([Step])
        case list([String])
        /// What must not be overlooked.
        case note(String)
    }
}

/// Why there is no PDF. Nothing a person typed leads here: what Cairo says when memory or fonts are gone.
package enum DocumentFailure: Error, Hashable, Sendable {
    case cairo(String)
}
