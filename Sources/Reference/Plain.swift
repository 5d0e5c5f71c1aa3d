// Compatibility forms (NFKC) are in full Foundation only.
import Foundation

extension String {
    /// A number or code as it was meant, however it was typed: full-width characters as plain ones, capital letters,
    /// without blanks, hyphens, dots between, and what an input method or a copied page leaves behind.
    var plainCharacters: [Character] {
        precomposedStringWithCompatibilityMapping.uppercased().filter { character in
            !character.isWhitespace && !"-‐‑‒–—−·.()".contains(character)
                && !character.unicodeScalars.allSatisfy { $0.properties.generalCategory == .format }
        }.map { $0 }
    }
}
