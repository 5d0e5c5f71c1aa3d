internal import CPango

#if canImport(Glibc)
    import Glibc
#endif

/// 宋体 made ready for print: of each of its two weights the 7,500 characters of GB 2312 and the Latin, Greek and Cyrillic
/// ones, without shared subroutines and hints, kept in memory as long as the process runs.
///
/// Cairo 1.16 copies a font whole for every PDF, 16 MB a weight, and when two glyphs share a subroutine in a certain
/// way it gives up and embeds all subroutines. Measured: a letter of one page takes 42 ms and has 526 KB with the font as
/// installed, 4 ms and 17 KB with this one, which costs 0.3 s once and 9 MB. A character beyond it, as in a rare name,
/// comes from the installed font and looks the same.
enum Song {
    /// What Pango finds it under; nil where it could not be made, and the installed font is used.
    static let family: String? = {
        let made = [FC_WEIGHT_REGULAR, FC_WEIGHT_BOLD].map { make(weight: $0) }
        return made.contains(true) ? name : nil
    }()

    private static let name = "Zhuqi Song"

    private static func make(weight: Int32) -> Bool {
        guard let (file, index) = installed(weight), let bytes = reduced(file, index), let path = keep(bytes) else {
            return false
        }
        // A family of its own: with the installed font's name, the installed font would win.
        let config = FcConfigGetCurrent()
        guard FcConfigAppFontAddFile(config, path) != 0, let fonts = FcConfigGetFonts(config, FcSetApplication) else {
            return false
        }
        for font in UnsafeBufferPointer(start: fonts.pointee.fonts, count: Int(fonts.pointee.nfont)) {
            guard let font, string(font, FC_FILE) == path else { continue }
            for key in [FC_FAMILY, "familylang", FC_FULLNAME, "fullnamelang"] { FcPatternDel(font, key) }
            FcPatternAddString(font, FC_FAMILY, name)
        }
        return true
    }

    /// File and number within the collection of the first family that is there.
    private static func installed(_ weight: Int32) -> (file: String, index: UInt32)? {
        let wanted = FcPatternCreate()
        defer { FcPatternDestroy(wanted) }
        for family in Fonts.installable { FcPatternAddString(wanted, FC_FAMILY, family) }
        FcPatternAddInteger(wanted, FC_WEIGHT, weight)
        FcConfigSubstitute(nil, wanted, FcMatchPattern)
        FcDefaultSubstitute(wanted)
        var result = FcResultMatch
        guard let found = FcFontMatch(nil, wanted, &result) else { return nil }
        defer { FcPatternDestroy(found) }
        var index: Int32 = 0
        guard let file = string(found, FC_FILE), let family = string(found, FC_FAMILY), Fonts.installable.contains(family),
            FcPatternGetInteger(found, FC_INDEX, 0, &index) == FcResultMatch
        else { return nil }
        // The upper half names an instance of a variable font.
        return (file, UInt32(index & 0xFFFF))
    }

    private static func string(_ pattern: OpaquePointer, _ key: String) -> String? {
        var text: UnsafeMutablePointer<FcChar8>?
        guard FcPatternGetString(pattern, key, 0, &text) == FcResultMatch, let text else { return nil }
        return String(cString: text)
    }

    private static func reduced(_ file: String, _ index: UInt32) -> [UInt8]? {
        let blob = hb_blob_create_from_file(file)
        let face = hb_face_create(blob, index)
        hb_blob_destroy(blob)
        defer { hb_face_destroy(face) }
        guard let input = hb_subset_input_create_or_fail() else { return nil }
        defer { hb_subset_input_destroy(input) }
        let wanted = hb_subset_input_unicode_set(input)
        for range in [0x20...0x24F, 0x370...0x4FF, 0x2000...0x22FF] as [ClosedRange<UInt32>] {
            hb_set_add_range(wanted, range.lowerBound, range.upperBound)
        }
        for character in characters { hb_set_add(wanted, character) }
        let flags = HB_SUBSET_FLAGS_NO_HINTING.rawValue | HB_SUBSET_FLAGS_DESUBROUTINIZE.rawValue
        hb_subset_input_set_flags(input, UInt32(flags))
        guard let subset = hb_subset_or_fail(face, input) else { return nil }
        defer { hb_face_destroy(subset) }
        let result = hb_face_reference_blob(subset)
        defer { hb_blob_destroy(result) }
        var length: UInt32 = 0
        guard let data = hb_blob_get_data(result, &length), length > 0 else { return nil }
        return Array(UnsafeRawBufferPointer(start: data, count: Int(length)))
    }

    /// The characters of GB 2312, as the C library knows them.
    private static var characters: [UInt32] {
        guard let converter = iconv_open("UTF-32LE", "GB2312"), Int(bitPattern: converter) != -1 else { return [] }
        defer { iconv_close(converter) }
        var characters: [UInt32] = []
        for high in 0xA1...0xF7 as ClosedRange<UInt8> {
            for low in 0xA1...0xFE as ClosedRange<UInt8> {
                var (input, output): ([CChar], UInt32) = ([CChar(bitPattern: high), CChar(bitPattern: low)], 0)
                let isKnown = input.withUnsafeMutableBufferPointer { input in
                    withUnsafeMutableBytes(of: &output) { output in
                        var (from, fromLeft) = (input.baseAddress, input.count)
                        var (to, toLeft) = (output.bindMemory(to: CChar.self).baseAddress, output.count)
                        return iconv(converter, &from, &fromLeft, &to, &toLeft) == 0 && toLeft == 0
                    }
                }
                if isKnown { characters.append(UInt32(littleEndian: output)) } else { iconv(converter, nil, nil, nil, nil) }
            }
        }
        return characters
    }

    /// A path under which fontconfig and FreeType find the bytes: a file in memory that has no name on any disk and is
    /// gone with the process. Its descriptor stays open on purpose.
    private static func keep(_ bytes: [UInt8]) -> String? {
        #if os(Linux)
            let closeOnExec: UInt32 = 1
            let descriptor = memfd_create("song", closeOnExec)
            guard descriptor >= 0 else { return nil }
            var written = 0
            while written < bytes.count {
                let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 else {
                    close(descriptor)
                    return nil
                }
                written += count
            }
            return "/proc/self/fd/\(descriptor)"
        #else
            return nil
        #endif
    }
}
