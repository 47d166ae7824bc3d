/// What every terminal of today understands, for roots without a terminfo database.
enum BuiltInTerminfo {
  static let name = "ecma48"

  /// A value for the TERMINFO variable that holds the entry itself: cursor movement, erasing,
  /// inserting and deleting (ECMA-48), made by `tic` from
  /// `am, km, xenl, mir, cols#80, lines#24, it#8, bel=^G, cr=\r, cub1=^H, cud1=\n, cuf1=\E[C,
  /// cuu1=\E[A, cub/cuf/cuu/cud=\E[%p1%dD/C/A/B, ed=\E[J, el=\E[K, clear=\E[H\E[2J, home=\E[H,
  /// ht=^I, ind=\n, dch1=\E[P, dch=\E[%p1%dP, ich=\E[%p1%d@, cup=\E[%i%p1%d;%p2%dH` and the cursor
  /// keys, printed by `infocmp -Q2`.
  static let entry =
    "b64:GgElAA4AAwClAJcAZWNtYTQ4fHRlcm1pbmFsIHRoYXQgZm9sbG93cyBFQ01BLTQ4AAABAAABAAAAAQAA"
    + "AAABAFAACAAYAP__AAACAP____8EAAwAEAD_____FAAlACcA__8rAP____8tAP__MQD__zUA____________"
    + "____________________________________________________________________________OQD_____"
    + "__87AP__QAD_____________________________________RABIAP__TQD_______9RAP_______1UA____"
    + "_________________________________________1kA__9iAGsA_____3QAfQD__4YA________________"
    + "_____________________48A__________-RAP______________________________________________"
    + "______________________________-TAAcADQAbW0gbWzJKABtbSwAbW0oAG1slaSVwMSVkOyVwMiVkSAAK"
    + "ABtbSAAIABtbQwAbW0EAG1tQAH8AG1szfgAbW0IAG1tIABtbMn4AG1tEABtbQwAbW0EAG1slcDElZFAAG1sl"
    + "cDElZEIAG1slcDElZEAAG1slcDElZEQAG1slcDElZEMAG1slcDElZEEACgAJABtbRgA="

  /// Names of terminals that cannot move the cursor, which get no such entry.
  static let plain: Set<String> = ["", "dumb", "emacs", "cons25", "unknown"]
}
