// ember: output y = f32(2)
// ember: grid 2
// ember: expect y = [6, 6]
// ember: [header]
class Counter {
    float count;
    static constexpr constant float first = 1;
    float doubled() const { return count * 2; }

public:
    Counter(float v) : count(v) {}
    void add(float v) { count += v; }
    float twice() const;
    static float start() { return first; }
};
float Counter::twice() const { return doubled(); }

struct Base {
protected:
    float value = 1;
};
struct Derived : Base {
    float get() const { return value; }
};
// ember: [body]
uint i = thread_position_in_grid.x;
Counter c(2);
c.add(1);
Derived d;
y[i] = c.twice() + d.get() - Counter::start();
