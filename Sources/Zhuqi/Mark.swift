import Storage

/// What the database says of itself: that it is a demo.
enum Mark {
    static let migrations = [Migration("Zhuqi", 1, ["create table mark (name \(.text) not null primary key, at \(.int) not null)\(.strict)"])]
}
