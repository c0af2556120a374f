//! What the desk promises, told as stories.
mod conversation;
mod digest;
mod forms;
mod life;
mod notices;
mod race;
mod restart;
mod sending;
