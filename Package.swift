// swift-tools-version: 6.2
import PackageDescription

// A table: one line a room, with what it stands on. Imports point downwards only; an import that is not
// listed here does not build (`--explicit-target-dependency-import-check error`).

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS: Target.Dependency = .product(name: "HummingbirdTLS", package: "hummingbird")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")

func settings(pointers: Bool) -> [SwiftSetting] {
    [
        .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"), .treatAllWarnings(as: .error),
    ] + (pointers ? [] : [.strictMemorySafety()])
}

/// `pointers` for the few rooms that speak to C; `data` for those that carry a folder of reference data.
func room(_ name: String, _ below: [Target.Dependency], pointers: Bool = false, data: String? = nil) -> Target {
    .target(
        name: name, dependencies: below, resources: data.map { [.copy($0)] } ?? [],
        swiftSettings: settings(pointers: pointers))
}

/// Tests of one room, or of the foundations; `TestSupport` gives both engines, a clock, a browser.
func tests(_ name: String, _ below: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: below, swiftSettings: settings(pointers: false))
}

func library(_ name: String, pkg: String, apt: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkg, providers: [.apt([apt])])
}

let rooms: [Target] = [
    // C libraries, as Debian ships them
    library("CSQLite", pkg: "sqlite3", apt: "libsqlite3-dev"),
    library("CPostgreSQL", pkg: "libpq", apt: "libpq-dev"),
    library("CZlib", pkg: "zlib", apt: "zlib1g-dev"),
    library("CArgon2", pkg: "libargon2", apt: "libargon2-dev"),
    library("CPango", pkg: "pangocairo", apt: "libpango1.0-dev"),
    library("CQREncode", pkg: "libqrencode", apt: "libqrencode-dev"),
    library("CCrypto", pkg: "libcrypto", apt: "libssl-dev"),
    library("CCurl", pkg: "libcurl", apt: "libcurl4-openssl-dev"),

    // Foundations: no word of the business
    room("Values", []),
    room("Storage", ["Values", "CSQLite", "CPostgreSQL", crypto], pointers: true),
    room("Languages", ["Values"], data: "Data"),
    room("Holdings", ["Values", "Storage", "Languages"]),
    room("Markup", ["Values", "Languages"]),
    room("Jobs", ["Values", "Storage", lifecycle, logging]),
    room(
        "Web", ["Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "CZlib", hummingbird, crypto, logging],
        pointers: true, data: "Assets"),
    room("Files", ["Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", crypto]),
    room("Documents", ["Values", "Languages", "CPango", "CQREncode", "CCrypto"], pointers: true),
    room("Messaging", ["Values", "Storage", "Languages", "Holdings", "Jobs", "CCurl", logging], pointers: true),
    room("Matching", ["Values"]),
    room("Ledgers", ["Values", "Languages", crypto]),

    // The field
    room("Reference", ["Values", "Languages"], data: "Data"),
    room("Happenings", ["Values", "Storage", "Languages", "Holdings", "Jobs", crypto, lifecycle, logging]),
    room("Turns", ["Values", "Storage", "Languages", "Holdings"]),
    room(
        "Identity",
        [
            "Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", "Reference", "Happenings", "Turns", "Messaging",
            "Files", "CArgon2", crypto,
        ], pointers: true),
    room(
        "Papers",
        [
            "Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", "Reference", "Happenings", "Turns", "Messaging", "Files", "Documents", "Ledgers",
            "Identity", crypto, logging,
        ]),
    room(
        "Volunteers",
        [
            "Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", "Reference", "Happenings", "Turns", "Messaging", "Files", "Documents", "Identity", "Papers",
            crypto,
        ]),
    room("Workstations", ["Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", "Reference", "Happenings", "Turns", "Messaging", "Identity", "Volunteers"]),
    room("Needs", ["Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", "Reference", "Happenings", "Turns", "Messaging", "Files", "Identity"]),
    room(
        "Complaints",
        [
            "Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", "Files", "Reference", "Happenings", "Turns", "Messaging", "Identity",
        ]),
    room(
        "Cases",
        [
            "Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", "Reference", "Happenings", "Turns", "Messaging", "Files", "Documents", "Matching",
            "Identity", "Complaints", "Volunteers", "Needs",
        ]),
    room(
        "Records",
        [
            "Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", "Reference", "Happenings", "Turns", "Messaging", "Files", "Documents", "Identity", "Papers", "Volunteers", "Needs",
            "Cases",
        ]),
    room(
        "Home",
        [
            "Values", "Storage", "Languages", "Holdings", "Markup", "Jobs", "Web", "Reference", "Happenings", "Turns", "Messaging", "Identity", "Volunteers", "Needs", "Cases",
        ]),
    room(
        "Demo",
        [
            "Values", "Storage", "Languages", "Holdings", "Markup", "Web", "Reference", "Happenings", "Messaging", "Files", "Identity", "Papers", "Volunteers", "Workstations", "Needs", "Cases", "Records", "Complaints",
        ], data: "Data"),
]

let package = Package(
    name: "zhuqi",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "zhuqi", targets: ["Zhuqi"])],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", exact: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: rooms + [
        .executableTarget(
            name: "Zhuqi",
            dependencies: [
                "Values", "Storage", "Languages", "Holdings", "Markup", "Web", "Jobs", "Messaging", "Files", "Happenings", "Turns", "Reference", "Documents", "Matching", "Ledgers",
                "Identity", "Papers", "Volunteers", "Workstations", "Needs", "Cases", "Records", "Complaints", "Home", "Demo",
                hummingbird, hummingbirdTLS, nioSSL, arguments, configuration, logging, lifecycle, signals, system,
            ], swiftSettings: settings(pointers: false)),
        .target(
            name: "TestSupport", dependencies: ["Values", "Storage", "Markup", "Web", "CPostgreSQL", hummingbird, logging, crypto],
            path: "Tests/Support", swiftSettings: settings(pointers: true)),
        tests("StorageTests", ["Storage", "Values", "TestSupport"]),
        tests("HoldingsTests", ["Holdings", "Storage", "Languages", "Values", "TestSupport"]),
        tests("HappeningsTests", ["Happenings", "Jobs", "Storage", "Values", "TestSupport", logging]),
        tests("JobsTests", ["Jobs", "Storage", "Values", "TestSupport", logging]),
        tests("TurnsTests", ["Turns", "Storage", "Languages", "Values", "Web", "TestSupport"]),
        tests("MessagingTests", ["Messaging", "Jobs", "Storage", "Languages", "Values", "TestSupport", logging]),
        tests(
            "HomeTests",
            [
                "Home", "Volunteers", "Papers", "Identity", "Files", "Happenings", "Holdings", "Jobs", "Languages", "Markup", "Messaging", "Reference", "Storage", "Turns", "Values", "Web", "TestSupport",
            ]),
        tests("MarkupTests", ["Markup", "Languages", "Values"]),
        tests("WebTests", ["Web", "Storage", "Markup", "Languages", "Values", "TestSupport", hummingbird, logging]),
        .testTarget(
            name: "LanguagesTests", dependencies: ["Languages", "Values"], path: "Tests/LanguagesTests",
            swiftSettings: settings(pointers: false)),
        tests(
            "IdentityTests",
            [
                "Identity", "Files", "Happenings", "Holdings", "Jobs", "Languages", "Markup", "Messaging", "Reference", "Storage", "Turns", "Values", "Web", "TestSupport", hummingbird,
            ]),
        tests(
            "VolunteersTests",
            [
                "Volunteers", "Papers", "Holdings", "Documents", "Identity", "Files", "Happenings", "Jobs", "Languages", "Markup", "Messaging", "Reference", "Storage", "Turns", "Values", "Web", "TestSupport", hummingbird,
            ]),
        tests(
            "NeedsTests",
            [
                "Needs", "Identity", "Files", "Happenings", "Holdings", "Jobs", "Languages", "Markup", "Messaging", "Reference", "Storage", "Turns", "Values", "Web", "TestSupport", hummingbird,
            ]),
        tests(
            "CasesTests",
            [
                "Cases", "Needs", "Volunteers", "Papers", "Matching", "Holdings", "Identity", "Files", "Happenings", "Jobs", "Languages", "Markup", "Messaging", "Reference", "Storage", "Turns", "Values", "Web", "TestSupport", hummingbird,
            ]),
        tests(
            "WorkstationsTests",
            [
                "Workstations", "Volunteers", "Papers", "Documents", "Holdings", "Identity", "Files", "Happenings", "Jobs", "Languages", "Markup", "Messaging", "Reference", "Storage", "Turns", "Values", "Web", "TestSupport", hummingbird,
            ]),
        tests("LedgersTests", ["Ledgers", "Languages", "Values", crypto]),
        .testTarget(name: "MatchingTests", dependencies: ["Matching", "Values"], swiftSettings: settings(pointers: false)),
        .testTarget(
            name: "ReferenceTests", dependencies: ["Reference", "Languages", "Values"], path: "Tests/ReferenceTests",
            swiftSettings: settings(pointers: false)),
        tests(
            "PapersTests",
            [
                "Papers", "Ledgers", "Documents", "Holdings", "Identity", "Files", "Happenings", "Jobs", "Languages", "Markup", "Messaging", "Storage", "Turns", "Values", "Web", "TestSupport", hummingbird,
            ]),
        tests("FilesTests", ["Files", "Languages", "Markup", "Storage", "Values", "Web", "TestSupport"]),
        tests(
            "RecordsTests",
            [
                "Records", "Papers", "Cases", "Needs", "Volunteers", "Holdings", "Identity", "Files", "Happenings", "Jobs", "Languages", "Markup", "Messaging", "Reference", "Storage", "Turns", "Values", "Web",
                "TestSupport", hummingbird,
            ]),
        tests(
            "ComplaintsTests",
            ["Complaints", "Files", "Happenings", "Identity", "Jobs", "Languages", "Markup", "Messaging", "Storage", "Turns", "Values", "Web", "TestSupport"]),
        .testTarget(
            name: "DocumentsTests", dependencies: ["Documents", "Languages", "Values"], swiftSettings: settings(pointers: false)),
    ]
)
