// A chain of macros that doubles its text thirty times.
// ember: output y = i32(8)
// ember: [header]
#define D0 1 +
#define D1 D0 D0 D0 D0 D0 D0 D0 D0
#define D2 D1 D1 D1 D1 D1 D1 D1 D1
#define D3 D2 D2 D2 D2 D2 D2 D2 D2
#define D4 D3 D3 D3 D3 D3 D3 D3 D3
#define D5 D4 D4 D4 D4 D4 D4 D4 D4
#define D6 D5 D5 D5 D5 D5 D5 D5 D5
#define D7 D6 D6 D6 D6 D6 D6 D6 D6
#define D8 D7 D7 D7 D7 D7 D7 D7 D7
#define D9 D8 D8 D8 D8 D8 D8 D8 D8
// ember: [body]
y[0] = D9 0;
//     ^^ error[macro-too-large]: macros expand to more than 400000 tokens
