internal import CPango

/// The fonts that paper is set in.
enum Fonts {
    /// 宋体, the first that is installed: Debian's `fonts-noto-cjk`, the same by Adobe, Windows' and macOS' own.
    static let installable = ["Noto Serif CJK SC", "Source Han Serif SC", "SimSun", "Songti SC"]

    /// As Pango is asked for them, one character after the other.
    static let families = ([Song.family].compactMap { $0 } + installable + ["serif"]).joined(separator: ",")

    /// Before Pango looks at the fonts for the first time: it does not see those that come later.
    static func prepare() { _ = families }

    /// The families that fontconfig finds.
    static var installed: Set<String> {
        prepare()
        var families: UnsafeMutablePointer<UnsafeMutablePointer<PangoFontFamily>?>?
        var count: Int32 = 0
        pango_font_map_list_families(pango_cairo_font_map_get_default(), &families, &count)
        defer { g_free(families) }
        let found = UnsafeBufferPointer(start: families, count: Int(count))
        return Set(found.compactMap { $0.flatMap { pango_font_family_get_name($0) }.map { String(cString: $0) } })
    }
}

/// What `zhuqi check` reports: the font to install where no 宋体 is there. Without one, characters would be drawn by
/// whatever font has them, or as empty boxes.
package func missingFonts() -> [String] {
    let installed = Fonts.installed
    return Fonts.installable.contains(where: installed.contains) ? [] : Array(Fonts.installable.prefix(1))
}
