//! Invented posts, as people write them on public networks: short, hasty, with handles, links, tags and pictures.

/// By language.
#[rustfmt::skip]
pub const POSTS: &[(&str, &[&str])] = &[
    ("en", &[
        "anyone else's app crashing today?", "Love the new update, great job @acme! 🎉",
        "still waiting for my refund 😡 #fail", "ok this is actually good",
        "@acme where is my parcel?? ordered it 2 weeks ago", "can't log in, help pls",
        "Best coffee in town https://example.com/c", "no idea what happened there lol",
        "why does it keep doing that", "thx for the quick reply, sorted now 👍",
        "My dog ate the charger and support sent me a new one for free", "worst service ever. never again",
        "is the shop open on Sunday?", "so happy with these shoes", "u guys are the best",
        "Just got charged twice, what's going on @acme", "it works now, thank you", "not impressed at all",
    ]),
    ("de", &[
        "Wann kommt mein Paket endlich an?", "Die neue App ist echt super 😍",
        "@acme ich warte seit drei Wochen auf Antwort", "geht bei euch das Internet?", "schon wieder kaputt 🙄",
        "Danke für die schnelle Hilfe!", "Kann mich nicht mehr einloggen, was ist da los",
        "so ein Mist, nie wieder #service", "Hat jemand das gleiche Problem?", "Der Kundendienst war sehr nett",
        "läuft wieder, danke euch", "Warum ist das so teuer geworden",
        "Heute im Laden gekauft und morgen geht es zurück https://example.de/x", "endlich mal was Gutes",
        "ihr seid die Besten ❤️", "weiß jemand ob die am Sonntag offen haben", "wo bleibt die Rückerstattung?",
        "bin total begeistert",
    ]),
    ("fr", &[
        "Toujours pas de réponse de @acme 😤", "merci beaucoup pour votre aide !", "l'appli plante encore ce matin",
        "Quelqu'un a le même problème ?", "je suis très déçu du service",
        "Où est mon colis ? commandé il y a 2 semaines", "trop bien la nouvelle version 🎉", "c'est quoi ce délire",
        "J'adore vos chaussures, elles sont parfaites", "plus jamais chez eux",
        "ça marche pas chez moi https://example.fr", "Bravo à toute l'équipe",
        "impossible de me connecter depuis hier", "vous ouvrez le dimanche ?",
        "franchement nul, on m'a débité deux fois", "super service client 👏", "ok merci c'est réglé",
        "pourquoi c'est si cher",
    ]),
    ("es", &[
        "¿Dónde está mi pedido? @acme", "la app no funciona desde ayer 😡", "Muchas gracias por la ayuda!",
        "me encanta la nueva versión", "alguien más con el mismo problema?",
        "llevo tres semanas esperando el reembolso", "qué mal servicio, nunca más #fail",
        "El mejor café de la ciudad https://example.es", "no puedo entrar en mi cuenta",
        "están abiertos el domingo?", "todo bien ya, gracias 👍", "Me cobraron dos veces, qué pasa?",
        "estos zapatos son una maravilla", "por qué es tan caro", "sigue sin funcionar jajaja",
        "son los mejores ❤️", "muy contento con mi compra", "otra vez lo mismo...",
    ]),
    ("pt", &[
        "Cadê meu pedido? @acme", "o aplicativo não abre desde ontem 😡", "muito obrigado pela ajuda!",
        "adorei a nova versão", "mais alguém com esse problema?", "estou esperando o reembolso há três semanas",
        "péssimo atendimento, nunca mais #fail", "O melhor café da cidade https://example.pt",
        "não consigo entrar na minha conta", "vocês abrem no domingo?", "já está tudo certo, valeu 👍",
        "Fui cobrado duas vezes, o que aconteceu?", "esses sapatos são uma maravilha", "por que é tão caro",
        "continua sem funcionar kkkk", "vocês são os melhores ❤️", "muito feliz com a minha compra",
        "de novo a mesma coisa...",
    ]),
    ("it", &[
        "Dov'è il mio pacco? @acme", "l'app non funziona da ieri 😡", "grazie mille per l'aiuto!",
        "adoro la nuova versione", "qualcun altro ha lo stesso problema?", "aspetto il rimborso da tre settimane",
        "servizio pessimo, mai più #fail", "Il miglior caffè della città https://example.it",
        "non riesco ad accedere al mio account", "siete aperti la domenica?", "tutto a posto, grazie 👍",
        "Mi hanno addebitato due volte, che succede?", "queste scarpe sono una meraviglia",
        "perché costa così tanto", "ancora non va ahah", "siete i migliori ❤️", "molto contento del mio acquisto",
        "sempre la stessa storia...",
    ]),
    ("nl", &[
        "Waar blijft mijn pakketje? @acme", "de app doet het niet sinds gisteren 😡", "bedankt voor de snelle hulp!",
        "wat een fijne nieuwe versie", "heeft iemand anders dit ook?", "ik wacht al drie weken op mijn geld",
        "slechte service, nooit meer #fail", "De beste koffie van de stad https://example.nl",
        "kan niet meer inloggen", "zijn jullie zondag open?", "alles is weer goed, dank je 👍",
        "Er is twee keer afgeschreven, hoe kan dat?", "deze schoenen zijn geweldig", "waarom is het zo duur",
        "werkt nog steeds niet haha", "jullie zijn de beste ❤️", "heel blij met mijn aankoop",
        "alweer hetzelfde...",
    ]),
    ("sv", &[
        "Var är mitt paket? @acme", "appen funkar inte sedan igår 😡", "tack så mycket för hjälpen!",
        "älskar den nya versionen", "någon annan som har samma problem?", "jag har väntat på pengarna i tre veckor",
        "dålig service, aldrig mer #fail", "Stans bästa kaffe https://example.se", "kan inte logga in längre",
        "har ni öppet på söndag?", "allt är bra nu, tack 👍", "Ni har dragit pengar två gånger, vad händer?",
        "de här skorna är underbara", "varför är det så dyrt", "funkar fortfarande inte haha", "ni är bäst ❤️",
        "mycket nöjd med mitt köp", "samma sak igen...",
    ]),
    ("tr", &[
        "Kargom nerede? @acme", "uygulama dünden beri açılmıyor 😡", "yardımınız için çok teşekkürler!",
        "yeni sürüme bayıldım", "aynı sorunu yaşayan var mı?", "üç haftadır iade bekliyorum",
        "berbat hizmet, bir daha asla #fail", "Şehrin en iyi kahvesi https://example.com.tr",
        "hesabıma giremiyorum", "pazar günü açık mısınız?", "her şey yolunda, sağ olun 👍",
        "Benden iki kere para çektiniz, ne oluyor?", "bu ayakkabılar harika", "neden bu kadar pahalı",
        "hala çalışmıyor ya", "en iyisi sizsiniz ❤️", "aldığım üründen çok memnunum", "yine aynı şey...",
    ]),
    ("vi", &[
        "Đơn hàng của tôi đâu rồi? @acme", "ứng dụng không mở được từ hôm qua 😡", "cảm ơn bạn đã giúp đỡ!",
        "rất thích phiên bản mới", "có ai bị lỗi giống mình không?", "tôi chờ hoàn tiền ba tuần rồi",
        "dịch vụ quá tệ, không bao giờ quay lại #fail", "Cà phê ngon nhất thành phố https://example.vn",
        "không đăng nhập được", "chủ nhật có mở cửa không?", "ổn rồi, cảm ơn nhé 👍", "Sao trừ tiền hai lần vậy?",
        "đôi giày này đẹp quá", "sao mà đắt thế", "vẫn chưa dùng được haha", "các bạn là nhất ❤️",
        "rất hài lòng với món hàng", "lại như cũ...",
    ]),
    ("ar", &[
        "أين طلبي؟ @acme", "التطبيق لا يعمل منذ أمس 😡", "شكرا جزيلا على المساعدة!", "أحببت التحديث الجديد",
        "هل عند أحد نفس المشكلة؟", "أنتظر استرداد المبلغ منذ ثلاثة أسابيع", "خدمة سيئة جدا #fail",
        "أفضل قهوة في المدينة https://example.com", "ما أقدر أدخل حسابي", "هل تفتحون يوم الجمعة؟", "تمام شكرا 👍",
        "ليش غالي كذا", "أنتم الأفضل ❤️", "والله خدمة ممتازة", "متى يوصل الطلب يا جماعة", "نفس المشكلة مرة ثانية",
    ]),
    ("zh", &[
        "我的包裹在哪里？@acme", "从昨天开始应用就打不开了 😡", "非常感谢你们的帮助！", "新版本太好用了", "有人遇到同样的问题吗？", "等退款等了三个星期", "服务太差了，再也不来了 #fail",
        "全城最好喝的咖啡 https://example.cn", "登录不了", "星期天开门吗？", "已经好了，谢谢 👍", "為什麼扣了兩次錢？", "這雙鞋真好看", "怎么这么贵", "你们最棒 ❤️",
        "又是老样子",
    ]),
    ("ja", &[
        "荷物はどこですか？@acme", "昨日からアプリが開かない 😡", "助けてくれてありがとう！", "新しいバージョン最高", "同じ問題の人いますか？", "返金を三週間待ってます",
        "サービス悪すぎ、二度と行かない #fail", "街で一番おいしいコーヒー https://example.jp", "ログインできない", "日曜日は開いてますか？", "直りました、感謝 👍",
        "二回請求されてるんだけど", "この靴かわいい", "なんでこんなに高いの", "まだ動かないw", "毎回同じ問題が発生",
    ]),
    ("ko", &[
        "제 택배 어디 있나요? @acme", "어제부터 앱이 안 열려요 😡", "도와주셔서 감사합니다!", "새 버전 너무 좋아요", "같은 문제 있는 분 계세요?", "환불을 3주째 기다리는 중",
        "서비스 최악 다시는 안 가 #fail", "이 동네 최고의 커피 https://example.kr", "로그인이 안 돼요", "일요일에 여나요?", "이제 됐어요 고마워요 👍",
        "왜 이렇게 비싸", "두 번 결제됐어요", "신발 진짜 예쁘다", "아직도 안 됨 ㅋㅋ", "또 똑같네",
    ]),
    ("ru", &[
        "Где моя посылка? @acme", "приложение со вчера не открывается 😡", "большое спасибо за помощь!",
        "обожаю новую версию", "у кого-нибудь такая же проблема?", "жду возврат уже три недели",
        "ужасный сервис, больше никогда #fail", "Лучший кофе в городе https://example.ru",
        "не могу войти в аккаунт", "вы работаете в воскресенье?", "всё хорошо, спасибо 👍",
        "Деньги списали два раза, что происходит?", "почему так дорого", "до сих пор не работает лол",
        "вы лучшие ❤️", "опять то же самое",
    ]),
    ("hi", &[
        "मेरा पार्सल कहाँ है? @acme", "कल से ऐप नहीं खुल रहा 😡", "मदद के लिए बहुत धन्यवाद!",
        "नया अपडेट बहुत अच्छा है", "क्या किसी और को भी यही दिक्कत है?", "तीन हफ्ते से रिफंड का इंतज़ार है",
        "बहुत खराब सेवा #fail", "शहर की सबसे अच्छी कॉफी https://example.in", "लॉगिन नहीं हो रहा",
        "क्या रविवार को दुकान खुली है?", "अब ठीक है, शुक्रिया 👍", "इतना महंगा क्यों है", "दो बार पैसे कट गए",
        "जूते बहुत सुंदर हैं", "आप लोग सबसे अच्छे हो ❤️", "फिर वही बात",
    ]),
];

/// Very short ones, written after the word lists and not used for them.
#[rustfmt::skip]
pub const SHORT: &[(&str, &[&str])] = &[
    ("en", &[
        "lost my luggage again", "package never arrived", "cute little bakery", "screen went black",
        "who designed this?", "five stars from me", "battery drains fast", "hotel room smelled weird",
    ]),
    ("de", &[
        "Koffer schon wieder weg", "Bildschirm bleibt schwarz", "süßer kleiner Laden", "Akku hält ewig",
        "fünf Sterne von mir", "Zimmer roch komisch", "läuft bei euch", "Zug fällt aus",
    ]),
    ("fr", &[
        "valise encore perdue", "écran tout noir", "petite boulangerie adorable", "batterie vide en deux heures",
        "cinq étoiles", "chambre sale", "train supprimé", "qui a dessiné ce truc",
    ]),
    ("es", &[
        "maleta perdida otra vez", "pantalla en negro", "panadería preciosa", "batería agotada", "cinco estrellas",
        "habitación sucia", "tren cancelado", "quién diseñó esto",
    ]),
    ("pt", &[
        "mala perdida outra vez", "tela preta", "padaria fofa", "bateria acaba rápido", "cinco estrelas",
        "quarto sujo", "trem atrasado", "quem desenhou isso",
    ]),
    ("it", &[
        "valigia persa di nuovo", "schermo nero", "piccola panetteria carina", "batteria scarica", "cinque stelle",
        "camera sporca", "treno soppresso", "chi ha disegnato questa roba",
    ]),
    ("nl", &[
        "koffer weer kwijt", "scherm blijft zwart", "schattig bakkertje", "batterij snel leeg", "vijf sterren",
        "kamer stonk", "trein rijdt niet", "wie heeft dit bedacht",
    ]),
    ("sv", &[
        "väskan borta igen", "skärmen är svart", "mysigt litet bageri", "batteriet dör snabbt", "fem stjärnor",
        "rummet luktade konstigt", "tåget inställt", "vem har ritat det här",
    ]),
    ("tr", &[
        "bavulum yine kayıp", "ekran karardı", "şirin bir fırın", "pil hemen bitiyor", "beş yıldız",
        "oda kokuyordu", "tren iptal edildi", "bunu kim tasarladı",
    ]),
    ("vi", &[
        "mất vali lần nữa", "màn hình đen", "tiệm bánh dễ thương", "pin nhanh hết", "năm sao", "phòng có mùi",
        "tàu bị hủy", "ai thiết kế cái này",
    ]),
];
