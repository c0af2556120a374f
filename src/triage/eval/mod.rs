//! How well posts are judged, on any file of labelled texts. Pure: the command line reads the file and prints.

mod figures;
mod file;
mod print;
mod stream;
mod table;

pub use figures::{Figures, Judged, Languages, Praise, Told, figures, judge, right};
pub use file::{File, Label, Row, parse};
pub use print::{print, print_stops};
pub use stream::{Hits, Stop, Streaming, stream};
pub use table::{Score, Table, share};
