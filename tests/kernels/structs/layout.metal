// Members are aligned as in C++: sizes include padding.
// ember: output y = u32(5)
// ember: grid 1
// ember: expect y = [12, 32, 8, 16, 3]
// ember: [header]
struct A { char c; int i; char d; };
struct B { float x; float3 v; };
struct C { packed_half3 v; half w; };
struct D { float2 v; char c; };
struct E { uchar a; uchar b; uchar c; };
// ember: [body]
y[0] = sizeof(A);
y[1] = sizeof(B);
y[2] = sizeof(C);
y[3] = sizeof(D);
y[4] = sizeof(E);
