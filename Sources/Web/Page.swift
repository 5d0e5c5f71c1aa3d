package import Languages
package import Markup

/// A page before it is laid out: its title, its content, where it stands.
package struct Page: Sendable {
    package var title: Words
    package var content: HTML
    /// The navigation word that is current.
    package var word: String?
    package var width: Width
    package var back: (link: Link, words: Words)?
    /// How many things are wrong in a form, said first in the title.
    package var wrongs = 0
    /// Pages that hold nothing personal may be kept by a cache (P7).
    package var isPublic = false
    /// The scripts of `Assets` that the page is pleasanter with.
    package var scripts: [String] = []

    package enum Width: Sendable { case full, narrow }

    package init(
        _ title: Words, word: String? = nil, width: Width = .full, back: (Link, Words)? = nil, wrongs: Int = 0, isPublic: Bool = false,
        _ content: HTML
    ) {
        self.title = title
        self.word = word
        self.width = width
        self.back = back.map { (link: $0.0, words: $0.1) }
        self.wrongs = wrongs
        self.isPublic = isPublic
        self.content = content
    }
}
