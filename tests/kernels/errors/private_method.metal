// ember: output y = f32(4)
// ember: grid 4
// ember: [header]
struct Tool {
    float open() const { return secret(); }

private:
    float secret() const { return 1; }
    static float hidden() { return 2; }
};
// ember: [body]
uint i = thread_position_in_grid.x;
Tool t;
y[i] = t.secret() + Tool::hidden();
//       ^^^^^^ error[private-member]: `secret` is a private member of `Tool`
//                        ^^^^^^ error[private-member]: `hidden` is a private member of `Tool`
