// An enumerator that the enum does not have.
// ember: output y = f32(8)
// ember: [header]
enum class Mode { Causal, Centred };
// ember: [body]
y[0] = Mode::Center == Mode::Causal;
//           ^^^^^^ error[unknown-member]: `Mode` has no member `Center`
