/// The line icons: what is between `<path d="` and `">` in a 24 × 24 box, drawn as a stroke of 1.75
/// (class `icon`). Data only. An icon never stands without its word.
package enum Icon: String, CaseIterable, Sendable {
    case alert, arrow, back, bell, calendar, chat, check, clock, close, download, edit, file, flag, globe, info, phone
    case pin, plus, print, search, shield, star, text, upload, user, video

    /// The outline, in the coordinates of `viewBox="0 0 24 24"`.
    package var path: StaticString {
        switch self {
        case .alert: "M12 3.5l9.5 16.5h-19zM12 10v4.5M12 17.2v.3"
        case .arrow: "M5 12h14M13 6l6 6-6 6"
        case .back: "M19 12H5M11 6l-6 6 6 6"
        case .bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4"
        case .calendar: "M4 6h16v15H4zM4 11h16M8 3v5M16 3v5"
        case .chat: "M4 5h16v11h-8l-5 4v-4H4z"
        case .check: "M4.5 12.5l5 5 10-11"
        case .clock: "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0zM12 7v5l3.5 2"
        case .close: "M6 6l12 12M18 6L6 18"
        case .download: "M12 4v12M7 11l5 5 5-5M4 20h16"
        case .edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"
        case .file: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6"
        case .flag: "M5 21V4h12l-2 4 2 4H5"
        case .globe: "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0zM3 12h18M12 3c5 5.5 5 12.5 0 18M12 3c-5 5.5-5 12.5 0 18"
        case .info: "M3 12a9 9 0 1 0 18 0a9 9 0 1 0 -18 0zM12 11v5.5M12 7.5v.3"
        case .phone:
            "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1.5 1.5 0 0 1-1.6 1.5A16 16 0 0 1 3.5 5.6 1.5 1.5 0 0 1 5 4z"
        case .pin:
            "M12 21s7-6.3 7-11.5A7 7 0 0 0 5 9.5C5 14.7 12 21 12 21zM9.5 9.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0z"
        case .plus: "M12 5v14M5 12h14"
        case .print: "M7 8V3h10v5M7 17H4V8h16v9h-3M7 14h10v7H7z"
        case .search: "M4 10.5a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0 -13 0zM15.5 15.5L21 21"
        case .shield: "M12 3l8 3v6c0 5-3.5 8-8 9.5C7.5 20 4 17 4 12V6zM8.5 12l2.5 2.5 4.5-5"
        case .star: "M12 3.5l2.6 5.5 6 .8-4.4 4.2 1.1 6L12 17.2 6.7 20l1.1-6L3.4 9.8l6-.8z"
        case .text: "M3 19L8.5 5 14 19M5 14.5h7M15 19l3-8 3 8M16 16.5h4"
        case .upload: "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4"
        case .user: "M8 8a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zM4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6"
        case .video: "M3 6.5h12v11H3zM15 10.5l6-3v9l-6-3"
        }
    }
}
